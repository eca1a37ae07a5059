package io.katapult.extensions;

import io.katapult.client.api.ApiTokensApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which API tokens to list: the parameters of the operation {@code listOrganizationApiTokens} of the spec.
 *
 * <pre>{@code
 * ListApiTokensRequest request =
 *     ListApiTokensRequest.all()
 *         .organization(Organization.subDomain("acme"))
 *         .annotation("environment", "production")
 *         .annotation("team", "billing")
 *         .perPage(100);
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads: each method checks its values by the schemas of the spec, and returns
 * a changed copy.
 */
public final class ListApiTokensRequest {
  static final MethodRules RULES =
      MethodRules.of(
          ApiTokensApi.class,
          "organization[id]",
          "organization[sub_domain]",
          "annotations[][key]",
          "annotations[][value]",
          "page",
          "per_page");

  private static final ListApiTokensRequest ALL =
      new ListApiTokensRequest(null, List.of(), List.of(), null, null, Headers.of(), null);

  final @Nullable Organization organization;
  final List<String> annotationKeys;
  final List<String> annotationValues;
  final @Nullable Integer page;
  final @Nullable Integer perPage;
  final Headers headers;
  final @Nullable Duration deadline;

  private ListApiTokensRequest(
      @Nullable Organization organization,
      List<String> annotationKeys,
      List<String> annotationValues,
      @Nullable Integer page,
      @Nullable Integer perPage,
      Headers headers,
      @Nullable Duration deadline) {
    this.organization = organization;
    this.annotationKeys = annotationKeys;
    this.annotationValues = annotationValues;
    this.page = page;
    this.perPage = perPage;
    this.headers = headers;
    this.deadline = deadline;
  }

  /** {@return a request for all tokens of the client's own organization, from the first page on} */
  public static ListApiTokensRequest all() {
    return ALL;
  }

  /**
   * Lists the tokens of this organization, not of the client's own.
   *
   * @param organization by id or by sub-domain
   * @return a changed copy
   */
  public ListApiTokensRequest organization(Organization organization) {
    Objects.requireNonNull(organization, "organization");
    return new ListApiTokensRequest(organization, annotationKeys, annotationValues, page, perPage, headers, deadline);
  }

  /**
   * Lists only tokens that carry this annotation, and those asked for before.
   *
   * @param key not null
   * @param value not null
   * @return a changed copy
   * @throws ParameterException if one is null, or has half of a character that takes two {@code char}s
   */
  public ListApiTokensRequest annotation(String key, String value) {
    RULES.check("annotations[][key]", key, annotationKeys.size());
    RULES.check("annotations[][value]", value, annotationValues.size());
    return new ListApiTokensRequest(
        organization, with(annotationKeys, key), with(annotationValues, value), page, perPage, headers, deadline);
  }

  /**
   * Lists this page.
   *
   * @param page counted from 1, which is the default
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public ListApiTokensRequest page(int page) {
    RULES.check("page", page, -1);
    return new ListApiTokensRequest(organization, annotationKeys, annotationValues, page, perPage, headers, deadline);
  }

  /**
   * Lists pages of this size.
   *
   * @param perPage tokens on a page, at least 1; the default is 30, and a maximum is not documented
   * @return a changed copy
   * @throws ParameterException if it is less than 1
   */
  public ListApiTokensRequest perPage(int perPage) {
    RULES.check("per_page", perPage, -1);
    return new ListApiTokensRequest(organization, annotationKeys, annotationValues, page, perPage, headers, deadline);
  }

  /**
   * Sends this header, instead of others of its name. {@code Authorization} is always that of the client. A redirect to
   * another host takes this one along.
   *
   * @param name for example {@code Cache-Control}
   * @param value ASCII without line ends
   * @return a changed copy
   * @throws IllegalArgumentException if they can't be sent
   */
  public ListApiTokensRequest header(String name, String value) {
    Headers changed = headers.newBuilder().set(name, value).build();
    return new ListApiTokensRequest(organization, annotationKeys, annotationValues, page, perPage, changed, deadline);
  }

  /**
   * Limits the time for a page, as {@link RetryPolicy#deadline(Duration)} does, and instead of it.
   *
   * @param deadline more than 0; a year stands for more
   * @return a changed copy
   * @throws ParameterException if it is not more than 0
   */
  public ListApiTokensRequest deadline(Duration deadline) {
    Duration checked = RetryPolicy.positive("deadline", deadline);
    return new ListApiTokensRequest(organization, annotationKeys, annotationValues, page, perPage, headers, checked);
  }

  /** {@return what has been set; of headers only the names, since their values may be secret} */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "ListApiTokensRequest{", "}");
    if (organization != null) {
      text.add("organization=" + organization);
    }
    for (int i = 0; i < annotationKeys.size(); i++) {
      text.add("annotation " + annotationKeys.get(i) + "=" + annotationValues.get(i));
    }
    if (page != null) {
      text.add("page=" + page);
    }
    if (perPage != null) {
      text.add("perPage=" + perPage);
    }
    if (headers.size() > 0) {
      text.add("headers=" + headers.names());
    }
    if (deadline != null) {
      text.add("deadline=" + deadline);
    }
    return text.toString();
  }

  private static List<String> with(List<String> list, String element) {
    List<String> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }
}
