//! What the runner and the lister share.

use katapult::{Client, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io;

/// A line of standard input.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    base_url: String,
    api_key: String,
    #[serde(default)]
    pub inspect: bool,
    #[serde(default)]
    pub operation: String,
    pub limit: Option<usize>,
    #[serde(default)]
    parameters: HashMap<String, Value>,
}

impl Call {
    pub fn client(&self) -> Client {
        Client::new(&self.api_key).with_base_url(&self.base_url)
    }

    /// Sets a parameter of a request if it is given. It is an error if the type can't hold the parameter.
    pub fn set<R, T: DeserializeOwned>(
        &self,
        name: &str,
        request: R,
        setter: fn(R, T) -> R,
    ) -> Result<R, serde_json::Error> {
        match self.parameters.get(name) {
            Some(value) => Ok(setter(request, T::deserialize(value)?)),
            None => Ok(request),
        }
    }
}

pub fn failure(error: &Error) -> Value {
    match error {
        Error::Parameter(e) => json!({"rejected": {"rule": e.rule, "parameters": e.parameters}}),
        Error::Api(e) => {
            let reported = &e.body.error;
            json!({"apiError": {
                "status": e.status.as_u16(),
                "code": reported.code,
                "description": reported.description,
                "detail": reported.detail,
            }})
        }
        Error::UnexpectedResponse(e) => json!({"unexpected": {"status": e.status.as_u16(), "path": e.path}}),
        e => json!({"other": format!("{e:?}")}),
    }
}

/// Makes the call of each line, and prints its outcome.
pub fn answer_all(
    answer: impl AsyncFn(&Call) -> Result<Value, serde_json::Error>,
) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for line in io::stdin().lines() {
        let call = serde_json::from_str(&line?)?;
        let answered = runtime.block_on(answer(&call));
        println!("{}", answered.unwrap_or_else(|_| json!({"notApplicable": "a Vec<String> holds no null"})));
    }
    Ok(())
}
