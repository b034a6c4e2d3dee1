"""Answers a doctor's question about one patient."""

import os

import boto3
from mistralai import Mistral
from openai import OpenAI

# The model in Europe answers first.
primary = Mistral(api_key=os.environ["MISTRAL_API_KEY"], server_url="https://api.eu.mistral.ai")

# When it is slow, questions go to whoever is fast.
fallback = OpenAI()

# Long records are summarised where the geography of the profile says.
bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")


def answer(question: str, patient_record: str) -> str:
    prompt = f"Patient record:\n{patient_record}\n\nQuestion: {question}"
    try:
        reply = primary.chat.complete(model="mistral-large-latest", messages=[{"role": "user", "content": prompt}])
    except TimeoutError:
        reply = fallback.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": prompt}])
    return reply.choices[0].message.content


def summarise(diagnosis: str) -> str:
    reply = bedrock.converse(modelId="us.anthropic.claude-sonnet-4-20250514-v1:0", messages=[{"role": "user", "content": [{"text": diagnosis}]}])
    return reply["output"]["message"]["content"][0]["text"]
