package io.katapult.mock;

import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.Organization;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * The API at a base URL of its own on a {@link PrismMock}, so that tests that run at the same time don't see each
 * other: the answers are for this base URL, and so are the requests.
 *
 * <pre>{@code
 * try (KatapultClient katapult = api.client().retryPolicy(RetryPolicy.NONE).build()) {
 *   katapult.apiTokens().list(new ListApiTokensRequest().page(2));
 * }
 * assertEquals("organization%5Bsub_domain%5D=acme&page=2", api.exchanges().get(0).query());
 * }</pre>
 *
 * <p>Safe for use by many threads.
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

  /** {@return the base URL for a client, without a slash at its end} */
  public String baseUrl() {
    return baseUrl;
  }

  /** {@return a builder of clients of this API, with a key and an organization that the mock takes} */
  public KatapultClient.Builder client() {
    return KatapultClient.builder().apiKey("mock").organization(Organization.subDomain("acme")).baseUrl(baseUrl);
  }

  /** {@return what has been sent to this base URL and how it was answered, oldest first, unmodifiable} */
  public List<Exchange> exchanges() {
    return mock.exchanges(id);
  }
}
