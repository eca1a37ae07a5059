package io.katapult.extensions;

/** What is known of one call while it runs. Travels with the request as a tag. */
final class CallState {
  final ApiKey apiKey;

  /** When the call left the queue of OkHttp, or was made if that is not known. */
  volatile long startedAt;

  CallState(ApiKey apiKey, long startedAt) {
    this.apiKey = apiKey;
    this.startedAt = startedAt;
  }
}
