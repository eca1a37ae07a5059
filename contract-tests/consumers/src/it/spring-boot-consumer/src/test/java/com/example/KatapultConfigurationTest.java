package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katapult.extensions.KatapultClient;
import io.katapult.mock.Answers;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(PrismExtension.class)
class KatapultConfigurationTest {
  private static ApplicationContextRunner application(MockApi api) {
    return new ApplicationContextRunner()
        .withUserConfiguration(KatapultConfiguration.class)
        .withPropertyValues("katapult.api-key=theApiKey", "katapult.organization=acme")
        .withPropertyValues("katapult.base-url=" + api.baseUrl());
  }

  @Test
  void theContextClosesTheClient(MockApi api) {
    AtomicReference<KatapultClient> used = new AtomicReference<>();
    application(api)
        .run(
            context -> {
              used.set(context.getBean(KatapultClient.class));
              assertThat(used.get().apiTokens().all().stream()).hasSize(5);
            });
    assertThatThrownBy(() -> used.get().apiTokens().list()).hasMessageContaining("has been closed");
  }

  @Test
  void theEnvironmentSetsTheSame(MockApi api) {
    new ApplicationContextRunner()
        .withUserConfiguration(KatapultConfiguration.class)
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addFirst(
                        new SystemEnvironmentPropertySource(
                            "test-systemEnvironment",
                            Map.of(
                                "KATAPULT_API_KEY", "theApiKey",
                                "KATAPULT_ORGANIZATION", "acme",
                                "KATAPULT_BASE_URL", api.baseUrl()))))
        .run(context -> assertThat(context.getBean(KatapultProperties.class).baseUrl()).isEqualTo(api.baseUrl()));
  }

  @Test
  void saysWhichSettingIsMissing(MockApi api) {
    application(api)
        .withPropertyValues("katapult.organization=")
        .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("organization"));
    new ApplicationContextRunner()
        .withUserConfiguration(KatapultConfiguration.class)
        .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("KATAPULT_API_KEY"));
  }

  @Test
  void nothingShowsTheKey(MockApi api) {
    application(api)
        .withConfiguration(
            AutoConfigurations.of(
                EnvironmentEndpointAutoConfiguration.class,
                ConfigurationPropertiesReportEndpointAutoConfiguration.class))
        .withSystemProperties("KATAPULT_API_KEY=theApiKey", "katapult.apiKey=theApiKey")
        .withPropertyValues(
            "spring.jmx.enabled=true",
            "management.endpoints.jmx.exposure.include=*",
            "management.endpoint.env.show-values=always",
            "management.endpoint.configprops.show-values=always")
        .run(
            context -> {
              KatapultProperties properties = context.getBean(KatapultProperties.class);
              assertThat(properties.apiKey()).isEqualTo("theApiKey");
              assertThat(properties.toString()).contains("acme").doesNotContain("theApiKey");
              assertThat(context.getBean(KatapultClient.class).toString()).doesNotContain("theApiKey");
              assertThat(values(context.getBean(EnvironmentEndpoint.class)))
                  .contains("acme")
                  .doesNotContain("theApiKey");
              assertThat(values(context.getBean(ConfigurationPropertiesReportEndpoint.class)))
                  .contains("acme")
                  .doesNotContain("theApiKey");
            });
  }

  private static String values(EnvironmentEndpoint endpoint) {
    StringBuilder values = new StringBuilder();
    endpoint
        .environment(null)
        .getPropertySources()
        .forEach(
            source ->
                source
                    .getProperties()
                    .forEach((name, value) -> values.append(name).append('=').append(value.getValue()).append('\n')));
    return values.toString();
  }

  private static String values(ConfigurationPropertiesReportEndpoint endpoint) {
    StringBuilder values = new StringBuilder();
    endpoint
        .configurationProperties()
        .getContexts()
        .values()
        .forEach(
            context ->
                context
                    .getBeans()
                    .forEach(
                        (name, bean) -> values.append(bean.getProperties()).append(bean.getInputs()).append('\n')));
    return values.toString();
  }

  @Test
  void theHealthTakesOneRequestAMinute(@Answers({"first page", "permission denied"}) MockApi api) {
    application(api)
        .run(
            context -> {
              assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
              assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
              assertThat(api.exchanges()).hasSize(1);
            });
  }

  @Test
  void theHealthIsReadAnewAfterAMinute(@Answers({"permission denied", "rate limit reached"}) MockApi api) {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    try (KatapultClient katapult = api.client().apiKey("theApiKey").build()) {
      KatapultHealthIndicator indicator = new KatapultHealthIndicator(katapult, now::get);
      Health refused = indicator.health();
      assertThat(refused.getStatus()).isEqualTo(Status.DOWN);
      assertThat(refused.toString()).contains("403").doesNotContain("theApiKey");
      now.set(now.get().plusSeconds(59));
      assertThat(indicator.health()).isSameAs(refused);
      now.set(now.get().plusSeconds(1));
      assertThat(indicator.health()).isEqualTo(Health.up().withDetail("rateLimit", "exceeded").build());
      assertThat(api.exchanges()).hasSize(2);
    }
  }
}
