package io.katapult.benchmark;

import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An OkHttp response without a network. */
final class CannedResponse {
  static final String ANY_URL = "http://127.0.0.1/organizations/organization/api_tokens";

  private final byte[] body;
  private final MediaType json = MediaType.parse("application/json; charset=utf-8");
  private final Response response =
      new Response.Builder()
          .request(new Request.Builder().url(ANY_URL).build())
          .protocol(Protocol.HTTP_1_1)
          .code(200)
          .message("OK")
          .header("Content-Type", "application/json; charset=utf-8")
          .build();

  CannedResponse(byte[] body) {
    this.body = body;
  }

  /** Uses the only method that all versions of OkHttp have. */
  @SuppressWarnings("deprecation")
  ResponseBody body() {
    return ResponseBody.create(json, body);
  }

  Response response() {
    return response.newBuilder().body(body()).build();
  }
}
