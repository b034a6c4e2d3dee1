from openai import OpenAI

client = OpenAI()


def triage(note):
    answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": note}])
    return answer.choices[0].message.content
