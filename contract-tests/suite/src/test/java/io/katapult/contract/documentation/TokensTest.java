package io.katapult.contract.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.mock.Answers;
import io.katapult.mock.MockApi;
import io.katapult.mock.PrismExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PrismExtension.class)
class TokensTest {
  @Test
  void everyTokenIsListed(KatapultClient katapult) {
    assertEquals(5, katapult.apiTokens().all().stream().count());
  }

  @Test
  void aRefusalIsReported(@Answers("permission denied") MockApi api) {
    try (KatapultClient katapult = api.client().build()) {
      assertThrows(ApiErrorException.Forbidden.class, () -> katapult.apiTokens().list());
    }
    assertEquals("organization%5Bsub_domain%5D=acme", api.exchanges().get(0).query());
  }
}
