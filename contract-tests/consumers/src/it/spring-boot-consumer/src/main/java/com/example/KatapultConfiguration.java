package com.example;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.Organization;
import java.time.InstantSource;
import java.util.Locale;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One client for the whole application, and its health. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KatapultProperties.class)
public class KatapultConfiguration {
  /** Spring closes it with the application context. */
  @Bean
  KatapultClient katapultClient(KatapultProperties properties) {
    KatapultClient.Builder client =
        KatapultClient.builder()
            .apiKey(properties.apiKey())
            .organization(Organization.subDomain(properties.organization()));
    return (properties.baseUrl() == null ? client : client.baseUrl(properties.baseUrl())).build();
  }

  @Bean
  KatapultHealthIndicator katapultHealthIndicator(KatapultClient katapult) {
    return new KatapultHealthIndicator(katapult, InstantSource.system());
  }

  /** Hides the API key in the endpoints {@code env} and {@code configprops}, even if they show all other values. */
  @Bean
  SanitizingFunction katapultKeySanitizer() {
    return data -> {
      String letters = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
      return letters.endsWith("katapultapikey") ? data.withSanitizedValue() : data;
    };
  }
}
