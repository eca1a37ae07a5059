/** A friendly and safe layer over the generated client for the Katapult Core API. */
// Retrofit and Moshi have no module descriptor of their own.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.katapult.extensions {
  requires transitive io.katapult.client;
  requires retrofit2.converter.moshi;
  requires okio;

  exports io.katapult.extensions;
  exports io.katapult.extensions.rules;
}
