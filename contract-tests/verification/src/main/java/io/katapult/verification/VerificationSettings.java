package io.katapult.verification;

import io.katapult.specreader.Spec;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The server to verify, and how to reach it. Immutable; {@code toString} hides the API key.
 *
 * <pre>{@code
 * VerificationSettings settings =
 *     VerificationSettings.of("http://localhost:8080/core/v1", key, "acme").annotation("team", "billing");
 * }</pre>
 */
public final class VerificationSettings {
  private final HttpUrl baseUrl;
  private final String apiKey;
  private final String organization;
  private final List<Annotation> annotations;
  private final OkHttpClient httpClient;

  /** An annotation that at least one item of the organization has. */
  record Annotation(String key, String value) {}

  private VerificationSettings(
      HttpUrl baseUrl,
      String apiKey,
      String organization,
      List<Annotation> annotations,
      OkHttpClient httpClient) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.organization = organization;
    this.annotations = annotations;
    this.httpClient = httpClient;
  }

  /**
   * Settings for a server.
   *
   * @param baseUrl such as {@code https://api.katapult.io/core/v1}; null for the server of the spec
   * @param apiKey an API token with the scope {@code api_tokens} or {@code api_tokens:read}
   * @param organization the sub-domain of its organization
   * @return settings without annotations
   * @throws IllegalArgumentException if a value can't be used; the message says what to give
   */
  public static VerificationSettings of(
      @Nullable String baseUrl, String apiKey, String organization) {
    String given =
        baseUrl == null
            ? (String) Objects.requireNonNull(Spec.servers().findFirst().orElseThrow().get("url"))
            : baseUrl;
    HttpUrl url = HttpUrl.parse(given.replaceFirst("/+$", ""));
    if (url == null || url.query() != null || url.fragment() != null) {
      throw new IllegalArgumentException(
          "The base URL must begin with http:// or https://, and have no query");
    }
    if (apiKey.isEmpty() || !apiKey.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("The API key must have visible ASCII characters only");
    }
    if (organization.isBlank()) {
      throw new IllegalArgumentException(
          "The organization must be the sub-domain of one, such as acme");
    }
    return new VerificationSettings(url, apiKey, organization, List.of(), new OkHttpClient());
  }

  /**
   * Settings from {@code KATAPULT_API_KEY}, {@code KATAPULT_ORGANIZATION}, and, if set, {@code KATAPULT_BASE_URL} and
   * {@code KATAPULT_ANNOTATIONS} ({@code key=value,…}).
   *
   * @param environment the variables by name
   * @return the settings
   * @throws IllegalArgumentException if a variable is missing or can't be used; the message says what to set
   */
  public static VerificationSettings fromEnvironment(Map<String, String> environment) {
    List<String> missing = new ArrayList<>();
    for (String name : List.of("KATAPULT_API_KEY", "KATAPULT_ORGANIZATION")) {
      if (environment.getOrDefault(name, "").isBlank()) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Set "
              + String.join(" and ", missing)
              + ": an API token with the scope api_tokens or api_tokens:read, and the"
              + " sub-domain of its organization. Set KATAPULT_BASE_URL to verify another server");
    }
    String baseUrl = environment.get("KATAPULT_BASE_URL");
    return of(
            baseUrl == null || baseUrl.isBlank() ? null : baseUrl,
            Objects.requireNonNull(environment.get("KATAPULT_API_KEY")),
            Objects.requireNonNull(environment.get("KATAPULT_ORGANIZATION")))
        .annotations(environment.getOrDefault("KATAPULT_ANNOTATIONS", ""));
  }

  /**
   * Adds an annotation that some items of the organization have, but not all. Filters are tested with these. Two of
   * them test more than one, and so do spaces, plus signs and characters beyond ASCII.
   *
   * @param key the key
   * @param value the value
   * @return a copy with this annotation too
   */
  public VerificationSettings annotation(String key, String value) {
    List<Annotation> more = new ArrayList<>(annotations);
    more.add(new Annotation(key, value));
    return new VerificationSettings(baseUrl, apiKey, organization, List.copyOf(more), httpClient);
  }

  /**
   * Adds annotations.
   *
   * @param pairs {@code key=value} pairs, separated by commas
   * @return a copy with these annotations too
   * @throws IllegalArgumentException if a pair has no equals sign
   */
  public VerificationSettings annotations(String pairs) {
    VerificationSettings settings = this;
    for (String pair : pairs.isBlank() ? new String[0] : pairs.split(",", -1)) {
      String[] annotation = pair.split("=", 2);
      if (annotation.length < 2 || annotation[0].isEmpty()) {
        throw new IllegalArgumentException(
            "Annotations must be key=value pairs, separated by commas: " + pair);
      }
      settings = settings.annotation(annotation[0], annotation[1]);
    }
    return settings;
  }

  /**
   * Sends requests with this client, for example for a proxy or a private certificate. Redirects are not followed.
   *
   * @param client is not closed
   * @return a copy with this client
   */
  public VerificationSettings httpClient(OkHttpClient client) {
    return new VerificationSettings(baseUrl, apiKey, organization, annotations, client);
  }

  HttpUrl baseUrl() {
    return baseUrl;
  }

  /** The path of the base URL, without a slash at the end. */
  String basePath() {
    return URI.create(baseUrl.toString()).getRawPath().replaceFirst("/+$", "");
  }

  /** The base URL without user name and password. */
  String server() {
    return baseUrl
        .newBuilder()
        .username("")
        .password("")
        .build()
        .toString()
        .replaceFirst("/+$", "");
  }

  String apiKey() {
    return apiKey;
  }

  String organization() {
    return organization;
  }

  List<Annotation> annotations() {
    return annotations;
  }

  OkHttpClient httpClient() {
    return httpClient;
  }

  @Override
  public String toString() {
    return "VerificationSettings{" + server() + ", organization=" + organization + '}';
  }
}
