//! Makes one call with the generated client for each line.

use runner::{Call, answer_all, failure};
use serde_json::{Value, json};

async fn answer(call: &Call) -> Result<Value, serde_json::Error> {
    let client = call.client();
    let r = client.list_organization_api_tokens();
    if call.inspect {
        return Ok(json!({"shown": [format!("{client:?}"), format!("{client:#?}"), format!("{r:?}")]}));
    }
    let r = call.set("organization[id]", r, |r, v: String| r.organization_id(v))?;
    let r = call.set("organization[sub_domain]", r, |r, v: String| r.organization_sub_domain(v))?;
    let r = call.set("annotations[][key]", r, |r, v: Vec<String>| r.annotation_keys(v))?;
    let r = call.set("annotations[][value]", r, |r, v: Vec<String>| r.annotation_values(v))?;
    let r = call.set("page", r, |r, v: i32| r.page(v))?;
    let r = call.set("per_page", r, |r, v: i32| r.per_page(v))?;
    Ok(match r.send().await {
        Ok(page) => json!({"page": page}),
        Err(e) => failure(&e),
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    answer_all(answer)
}
