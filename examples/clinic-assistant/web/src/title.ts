import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

// A short title for the list of conversations.
export async function title(firstQuestion: string): Promise<string> {
  const reply = await client.messages.create({
    model: "claude-haiku-4-5",
    max_tokens: 32,
    messages: [{ role: "user", content: firstQuestion }],
  });
  return reply.content[0].type === "text" ? reply.content[0].text : "";
}
