package io.katapult.extensions.internal;

/** The state of one call while it runs. */
public final class CallState {
  public final ApiKey apiKey;

  /** When the call left the queue of OkHttp, or else when it was made; see {@link Clock#nanos()}. */
  public volatile long startedAt;

  public CallState(ApiKey apiKey, long startedAt) {
    this.apiKey = apiKey;
    this.startedAt = startedAt;
  }
}
