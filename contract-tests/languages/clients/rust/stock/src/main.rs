//! The runner of the stock client.

use katapult::apis::{api_tokens_api::list_organization_api_tokens, configuration::Configuration, Error};
use katapult::models::ErrorResponse;
use serde::{de::DeserializeOwned, Deserialize};
use serde_json::{json, Value};
use std::{collections::HashMap, io};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    base_url: String,
    api_key: String,
    parameters: HashMap<String, Value>,
}

impl Case {
    fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, serde_json::Error> {
        self.parameters.get(name).map(T::deserialize).transpose()
    }
}

/// The outcome of the call, or an error if the argument types cannot hold the parameters.
async fn answer(case: &Case, client: &reqwest::Client) -> Result<Value, serde_json::Error> {
    let configuration = Configuration {
        base_path: case.base_url.clone(),
        bearer_access_token: Some(case.api_key.clone()),
        client: client.clone(),
        ..Configuration::default()
    };
    let id: Option<String> = case.get("organization[id]")?;
    let sub_domain: Option<String> = case.get("organization[sub_domain]")?;
    let called = list_organization_api_tokens(
        &configuration,
        id.as_deref(),
        sub_domain.as_deref(),
        case.get("annotations[][key]")?,
        case.get("annotations[][value]")?,
        case.get("page")?,
        case.get("per_page")?,
    );
    Ok(match called.await {
        Ok(page) => json!({"page": page}),
        Err(Error::ResponseError(content)) => {
            let status = content.status.as_u16();
            // An enum of the documented bodies, or None.
            match serde_json::to_value(content.entity).and_then(serde_json::from_value::<ErrorResponse>) {
                Ok(ErrorResponse { error: e }) => json!({"apiError":
                    {"status": status, "code": e.code, "description": e.description, "detail": e.detail}}),
                Err(_) => json!({"unexpected": {"status": status}}),
            }
        }
        Err(e) => json!({"other": format!("{e:?}")}),
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::new();
    for line in io::stdin().lines() {
        let case: Case = serde_json::from_str(&line?)?;
        let answered = runtime.block_on(answer(&case, &client));
        println!("{}", answered.unwrap_or_else(|_| json!({"notApplicable": "a Vec<String> holds no null"})));
    }
    Ok(())
}
