package com.example;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of the client. The environment variables of {@code KatapultClient.fromEnvironment()} work, too.
 *
 * @param baseUrl null for the Katapult API
 */
@ConfigurationProperties("katapult")
public record KatapultProperties(String apiKey, String organization, @Nullable String baseUrl) {
  public KatapultProperties {
    Objects.requireNonNull(apiKey, "Set katapult.api-key or KATAPULT_API_KEY");
    Objects.requireNonNull(organization, "Set katapult.organization or KATAPULT_ORGANIZATION");
  }

  /** Without the API key. */
  @Override
  public String toString() {
    return "KatapultProperties{organization=" + organization + ", baseUrl=" + baseUrl + '}';
  }
}
