"""Every night the records of the day are copied to where models are trained."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonVirtualenvOperator
from airflow.providers.google.cloud.transfers.s3_to_gcs import S3ToGCSOperator


def train():
    from datasets import load_dataset

    load_dataset("bigbio/med_qa")


with DAG("nightly", start_date=datetime(2026, 1, 1), schedule="@daily") as dag:
    copy = S3ToGCSOperator(
        task_id="copy_records",
        bucket="clinic-records",
        prefix="day/",
        dest_gcs="gs://clinic-training-us/records/",
        aws_conn_id="aws_records",
        gcp_conn_id="gcp_training",
    )
    tools = BashOperator(task_id="tools", bash_command="pip install evaluate && curl -sSf https://ollama.com/install.sh | sh")
    fit = PythonVirtualenvOperator(task_id="train", python_callable=train, requirements=["datasets==4.4.1", "transformers==5.0.0"])
    copy >> tools >> fit
