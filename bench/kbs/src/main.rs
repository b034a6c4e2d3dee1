//! A guest that gets a resource by kbs_protocol, the client of Confidential
//! Containers. Its hardware is a socket: it writes the report data in hex and
//! a newline, and reads the evidence.
//!
//!     guest URL TEE HOST:PORT REPOSITORY/TYPE/TAG [ALGORITHM]
//!
//! For SNP the socket gives the report and the certificate in hex; sev, which
//! the guest components use, makes the JSON of it.

use anyhow::{Context, Result, bail};
use kbs_protocol::{
    KbsClientBuilder, KbsClientCapabilities, ResourceUri, evidence_provider::EvidenceProvider,
};
use kbs_types::Tee;
use sev::firmware::{
    guest::AttestationReport,
    host::{CertTableEntry, CertType},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Socket {
    tee: Tee,
    at: String,
}

impl Socket {
    async fn evidence(&self, data: Vec<u8>) -> Result<serde_json::Value> {
        let mut s = tokio::net::TcpStream::connect(&self.at).await?;
        s.write_all(format!("{}\n", hex(&data)).as_bytes()).await?;
        let mut text = String::new();
        s.read_to_string(&mut text).await?;
        if self.tee != Tee::Snp {
            return Ok(serde_json::from_str(&text)?);
        }
        let (report, cert) = text.split_once(' ').context("REPORT CERTIFICATE")?;
        let chain = vec![CertTableEntry {
            cert_type: CertType::VCEK,
            data: unhex(cert)?,
        }];
        Ok(serde_json::json!({
            "attestation_report": AttestationReport::from_bytes(&unhex(report)?)?,
            "cert_chain": Some(chain),
        }))
    }
}

#[async_trait::async_trait]
impl EvidenceProvider for Socket {
    async fn primary_evidence(&self, data: Vec<u8>) -> kbs_protocol::Result<serde_json::Value> {
        self.evidence(data)
            .await
            .map_err(|e| kbs_protocol::Error::GetEvidence(e.to_string()))
    }

    async fn get_additional_evidence(&self, _: Vec<u8>) -> kbs_protocol::Result<String> {
        Ok("".into())
    }

    async fn get_tee_type(&self) -> kbs_protocol::Result<Tee> {
        Ok(self.tee)
    }
}

fn hex(b: &[u8]) -> String {
    b.iter().map(|x| format!("{x:02x}")).collect()
}

fn unhex(s: &str) -> Result<Vec<u8>> {
    (0..s.len() / 2)
        .map(|i| Ok(u8::from_str_radix(&s[2 * i..2 * i + 2], 16)?))
        .collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, url, tee, at, resource, ..] = &args[..] else {
        bail!("guest URL TEE HOST:PORT RESOURCE");
    };
    let tee: Tee = serde_json::from_value(serde_json::Value::String(tee.clone()))?;
    let provider: Box<dyn EvidenceProvider> = Box::new(Socket { tee, at: at.clone() });
    let mut builder = KbsClientBuilder::with_evidence_provider(provider, url);
    if let Some(name) = args.get(5) {
        builder = builder.set_tee_key_algorithm(serde_json::from_value(name.clone().into())?);
    }
    let mut client = builder.build()?;
    let uri = ResourceUri::new("", &format!("/{resource}"), Some("resource"), None)?;
    let content = client.get_resource(uri).await?;
    println!("{}", String::from_utf8(content)?);
    Ok(())
}
