"""Answers a doctor's question about one patient."""

import os

from openai import OpenAI

# One address, in Paris, run by a French company.
client = OpenAI(api_key=os.environ["SCW_SECRET_KEY"], base_url="https://api.scaleway.ai/v1")


def answer(question: str, patient_record: str) -> str:
    prompt = f"Patient record:\n{patient_record}\n\nQuestion: {question}"
    reply = client.chat.completions.create(model="mistral-small-3.2-24b-instruct-2506", messages=[{"role": "user", "content": prompt}])
    return reply.choices[0].message.content
