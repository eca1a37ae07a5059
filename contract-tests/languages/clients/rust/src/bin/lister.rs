//! Lists all items with the generated client for each line.

use futures_util::{StreamExt, TryStreamExt};
use katapult::{Items, Page};
use runner::{Call, answer_all, failure};
use serde_json::{Value, json};

async fn answer(call: &Call) -> Result<Value, serde_json::Error> {
    match call.operation.as_str() {
        "listOrganizationApiTokens" => tokens(call).await,
        "listOrganizationPlants" => plants(call).await,
        "listColours" => colours(call).await,
        other => panic!("{other} is not known"),
    }
}

async fn tokens(call: &Call) -> Result<Value, serde_json::Error> {
    let r = call.client().list_organization_api_tokens();
    let r = call.set("organization[sub_domain]", r, |r, v: String| r.organization_sub_domain(v))?;
    let r = call.set("page", r, |r, v: i32| r.page(v))?;
    let r = call.set("per_page", r, |r, v: i32| r.per_page(v))?;
    list(call, r.stream()).await
}

async fn plants(call: &Call) -> Result<Value, serde_json::Error> {
    let r = call.client().list_organization_plants();
    let r = call.set("organization[id]", r, |r, v: String| r.organization_id(v))?;
    let r = call.set("organization[sub_domain]", r, |r, v: String| r.organization_sub_domain(v))?;
    let r = call.set("bed[id]", r, |r, v: String| r.bed_left_square_bracket_id_right_square_bracket(v))?;
    let r = call.set("bed[name]", r, |r, v: String| r.bed_left_square_bracket_name_right_square_bracket(v))?;
    let r = call.set("bed[row]", r, |r, v: i32| r.bed_left_square_bracket_row_right_square_bracket(v))?;
    let r = call.set("labels[][name]", r, |r, v: Vec<String>| {
        r.labels_left_square_bracket_right_square_bracket_left_square_bracket_name_right_square_bracket(v)
    })?;
    let r = call.set("labels[][text]", r, |r, v: Vec<String>| {
        r.labels_left_square_bracket_right_square_bracket_left_square_bracket_text_right_square_bracket(v)
    })?;
    let r = call.set("labels[][weight]", r, |r, v: Vec<i32>| {
        r.labels_left_square_bracket_right_square_bracket_left_square_bracket_weight_right_square_bracket(v)
    })?;
    let r = call.set("height", r, |r, v: i64| r.height(v))?;
    list(call, r.stream()).await
}

async fn colours(call: &Call) -> Result<Value, serde_json::Error> {
    let r = call.set("page", call.client().list_colours(), |r, v: i32| r.page(v))?;
    list(call, r.stream()).await
}

async fn list<P: Page>(call: &Call, stream: Items<P>) -> Result<Value, serde_json::Error> {
    let mut stream = stream.take(call.limit.unwrap_or(usize::MAX));
    let mut items = vec![];
    loop {
        match stream.try_next().await {
            Ok(Some(item)) => items.push(serde_json::to_value(item)?),
            Ok(None) => return Ok(json!({"items": items})),
            Err(e) => return Ok(json!({"items": items, "failure": failure(&e.error), "page": e.page})),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    answer_all(answer)
}
