package io.katapult.extensions.internal;

/** What is known of one call while it runs. Travels with the request as a tag. */
public final class CallState {
  public final ApiKey apiKey;

  /** When the call left the queue of OkHttp, or was made if that is not known. */
  public volatile long startedAt;

  public CallState(ApiKey apiKey, long startedAt) {
    this.apiKey = apiKey;
    this.startedAt = startedAt;
  }
}
