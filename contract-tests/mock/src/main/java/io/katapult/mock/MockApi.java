package io.katapult.mock;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.Organization;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * The API on a {@link PrismMock}, at a separate base URL. Chosen answers and recorded requests belong to this base URL,
 * so parallel tests don't affect each other.
 *
 * <pre>{@code
 * try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
 *   katapult.apiTokens().list(new ListApiTokensRequest().page(2));
 * }
 * assertEquals("organization%5Bsub_domain%5D=acme&page=2", api.exchanges().get(0).query());
 * }</pre>
 *
 * <p>Thread-safe.
 */
@NullMarked
public final class MockApi {
  private final PrismMock mock;
  private final String id;
  private final String baseUrl;

  MockApi(PrismMock mock, String id, String baseUrl) {
    this.mock = mock;
    this.id = id;
    this.baseUrl = baseUrl;
  }

  /** {@return the base URL for a client, without a trailing slash} */
  public String baseUrl() {
    return baseUrl;
  }

  /** {@return a client builder with this base URL and with a key and an organization that the mock accepts} */
  public KatapultClient.Builder client() {
    return KatapultClient.builder().apiKey("mock").organization(Organization.subDomain("acme")).baseUrl(baseUrl);
  }

  /** {@return the requests to this base URL with their responses, oldest first, unmodifiable} */
  public List<Exchange> exchanges() {
    return mock.exchanges(id);
  }
}
