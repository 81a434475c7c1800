//! What a first draft would look like: serde's derive with `flatten` and `untagged`. It is in the table to show what that costs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    Bool(bool),
    Integer(u64),
    Float(f64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    Text(String),
    Entry(Box<Entry>),
}

#[derive(Deserialize)]
pub struct Reply {
    pub timestamp: Option<Scalar>,
    pub signature: Option<String>,
    pub job_complete: Option<Scalar>,
    pub job_success: Option<Scalar>,
    pub code: Option<Scalar>,
    pub result: Option<Outcome>,
    pub image_links: Option<Links>,
    pub history: Option<Vec<Entry>>,
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

#[derive(Deserialize)]
pub struct Links {
    pub selfie_image: Option<String>,
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

#[derive(Deserialize)]
pub struct Params {
    pub job_id: Option<String>,
    pub user_id: Option<String>,
    pub job_type: Option<Scalar>,
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    pub result_code: Option<Scalar>,
    pub result_text: Option<String>,
    pub result_type: Option<String>,
    #[serde(rename = "SmileJobID")]
    pub smile_job_id: Option<String>,
    #[serde(rename = "JSONVersion")]
    pub json_version: Option<String>,
    pub is_final_result: Option<Scalar>,
    pub is_machine_result: Option<Scalar>,
    pub confidence_value: Option<Scalar>,
    pub partner_params: Option<Params>,
    #[serde(rename = "DOB")]
    pub dob: Option<String>,
    #[serde(rename = "IDType")]
    pub id_type: Option<String>,
    pub country: Option<String>,
    pub full_name: Option<String>,
    pub expiration_date: Option<String>,
    #[serde(rename = "IDNumber")]
    pub id_number: Option<String>,
    pub photo: Option<String>,
    pub actions: Option<BTreeMap<String, String>>,
    #[serde(flatten)]
    pub others: Map<String, Value>,
}
