package io.katapult.extensions;

import com.squareup.moshi.Moshi;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiTokenPage;
import io.katapult.client.model.KatapultJsonAdapterFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import retrofit2.Retrofit;
import retrofit2.converter.moshi.MoshiConverterFactory;

/**
 * Lists the API tokens of a Katapult organization.
 *
 * <p>Safe for use by many threads; make one and keep it.
 */
public final class KatapultClient implements AutoCloseable {
  private static final String SCHEME = "Bearer ";

  private final Call.Factory callFactory;
  private final @Nullable OkHttpClient ownHttpClient;
  private final @Nullable Organization organization;
  private final HttpUrl baseUrl;
  private final ApiTokensApi api;
  private final ResponseReader responseReader;

  private KatapultClient(Builder builder) {
    String apiKey = checkedApiKey(builder.apiKey);
    organization = builder.organization;
    Retrofit retrofit = builder.retrofit;
    baseUrl =
        checkedBaseUrl(
            builder.baseUrl != null || retrofit == null
                ? HttpUrl.parse(builder.baseUrl == null ? ApiTokensApi.BASE_URL : builder.baseUrl)
                : retrofit.baseUrl());
    Call.Factory transport = builder.callFactory;
    if (transport == null && retrofit != null) {
      transport = retrofit.callFactory();
    }
    ownHttpClient = transport == null ? new OkHttpClient() : null;
    callFactory = transport == null ? ownHttpClient : transport;

    Moshi moshi = builder.moshi.newBuilder().add(new KatapultJsonAdapterFactory()).build();
    responseReader = new ResponseReader(moshi);
    Retrofit.Builder ours = retrofit == null ? new Retrofit.Builder() : retrofit.newBuilder();
    ours.converterFactories().add(0, MoshiConverterFactory.create(moshi));
    api =
        ours.baseUrl(baseUrl)
            .callFactory(new ParameterRulesCallFactory(authorized(apiKey)))
            .build()
            .create(ApiTokensApi.class);
  }

  /** {@return a builder; only the API key must be given} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Makes a client from the environment variables {@code KATAPULT_API_KEY} and, if it is set,
   * {@code KATAPULT_ORGANIZATION}, the sub-domain of the organization.
   *
   * @return a client
   * @throws ParameterException if there is no usable API key
   */
  public static KatapultClient fromEnvironment() {
    return builder().environment(System.getenv()).build();
  }

  /**
   * Lists the first page of the tokens of the client's own organization.
   *
   * @return the page
   * @throws ParameterException as {@link #listApiTokens(ListApiTokensRequest)} does
   * @throws KatapultException as {@link #listApiTokens(ListApiTokensRequest)} does
   */
  public ApiTokenPage listApiTokens() {
    return listApiTokens(ListApiTokensRequest.all());
  }

  /**
   * Lists one page of the tokens of an organization. The operation {@code listOrganizationApiTokens} of the
   * spec.
   *
   * @param request which page
   * @return the page
   * @throws ParameterException if a parameter breaks a rule of the spec, or no organization is given; nothing
   *     has been sent then
   * @throws ApiErrorException if the API reports an error
   * @throws UnexpectedResponseException if the response is not what the spec says
   * @throws ConnectionException if there is no response
   */
  public ApiTokenPage listApiTokens(ListApiTokensRequest request) {
    Organization of = request.organization == null ? organization : request.organization;
    if (of == null) {
      throw new ParameterException(
          null,
          List.of("organization[id]", "organization[sub_domain]"),
          "organization[id] and organization[sub_domain] are both missing: name an organization in the request, in"
              + " the client's builder, or by KATAPULT_ORGANIZATION");
    }
    retrofit2.Call<ApiTokenPage> call =
        api.listOrganizationApiTokens(
            of instanceof Organization.Id id ? id.id() : null,
            of instanceof Organization.SubDomain subDomain ? subDomain.subDomain() : null,
            request.annotationKeys,
            request.annotationValues,
            request.page,
            request.perPage);
    return send(call, ApiTokenPage.class);
  }

  /**
   * The generated Retrofit interface, for whoever wants Retrofit itself. Its calls carry the API key, are
   * checked and put in order like those of this client. Errors come as Retrofit gives them.
   *
   * @return the interface
   */
  public ApiTokensApi api() {
    return api;
  }

  /** Frees connections and threads, unless the HTTP client was passed in: that is yours to close. */
  @Override
  public void close() {
    if (ownHttpClient != null) {
      ownHttpClient.dispatcher().executorService().shutdown();
      ownHttpClient.connectionPool().evictAll();
    }
  }

  /** {@return the base URL and the organization, not the API key} */
  @Override
  public String toString() {
    return "KatapultClient{baseUrl=" + baseUrl + ", organization=" + organization + '}';
  }

  /**
   * Retrofit makes the request, but does not send it: it would lose the status and the headers of a response
   * that can't be read.
   */
  private <T> T send(retrofit2.Call<T> call, Class<T> type) {
    Request request = call.request();
    try (Response response = callFactory.newCall(request).execute()) {
      return responseReader.read(response, type);
    } catch (IOException e) {
      throw new ConnectionException(request.url().host(), e);
    }
  }

  /** OkHttp drops the header when it follows a redirect to another host, port or scheme. */
  private Call.Factory authorized(String apiKey) {
    return request ->
        callFactory.newCall(request.newBuilder().header("Authorization", SCHEME + apiKey).build());
  }

  static String withoutScheme(String authorization) {
    return authorization.substring(SCHEME.length());
  }

  private static String checkedApiKey(@Nullable String apiKey) {
    if (apiKey == null) {
      throw new ParameterException(
          null, List.of("apiKey"), "apiKey is missing: pass one to the builder, or set KATAPULT_API_KEY");
    }
    ParameterException.requireText("apiKey", apiKey);
    for (int i = 0; i < apiKey.length(); i++) {
      if (apiKey.charAt(i) <= ' ' || apiKey.charAt(i) >= 0x7f) {
        throw new ParameterException(
            null,
            List.of("apiKey"),
            "apiKey has a character at index " + i + " that no HTTP header can hold: remove white space and line ends");
      }
    }
    return apiKey;
  }

  private static HttpUrl checkedBaseUrl(@Nullable HttpUrl url) {
    if (url == null) {
      throw new ParameterException(
          null, List.of("baseUrl"), "baseUrl is not an http or https URL: give one such as " + ApiTokensApi.BASE_URL);
    }
    if (!url.isHttps() && !isLoopback(url.host())) {
      throw new ParameterException(
          null,
          List.of("baseUrl"),
          "baseUrl is plain http to " + url.host() + ", which would show the API key to everyone on the way: use https");
    }
    return url.encodedPath().endsWith("/") ? url : url.newBuilder().addPathSegment("").build();
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
  }

  /** Builds clients. Not safe for use by more than one thread. */
  public static final class Builder {
    private @Nullable String apiKey;
    private @Nullable Organization organization;
    private @Nullable String baseUrl;
    private Call.@Nullable Factory callFactory;
    private @Nullable Retrofit retrofit;
    private Moshi moshi = new Moshi.Builder().build();

    private Builder() {}

    /**
     * Sends this key with each request, over https or to a loopback address only.
     *
     * @param apiKey an API token, or an OAuth2 access token
     * @return this builder
     */
    public Builder apiKey(String apiKey) {
      this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
      return this;
    }

    /**
     * The organization of requests that name none.
     *
     * @param organization by id or by sub-domain
     * @return this builder
     */
    public Builder organization(Organization organization) {
      this.organization = Objects.requireNonNull(organization, "organization");
      return this;
    }

    /**
     * Takes the API key and the organization from environment variables; what is not set there stays as it is.
     *
     * @param environment for example {@code System.getenv()}; {@code KATAPULT_API_KEY}, and
     *     {@code KATAPULT_ORGANIZATION}, the sub-domain of the organization
     * @return this builder
     * @throws ParameterException if one of them is set and blank
     */
    public Builder environment(Map<String, String> environment) {
      String key = environment.get("KATAPULT_API_KEY");
      if (key != null) {
        ParameterException.requireText("KATAPULT_API_KEY", key);
        apiKey(key);
      }
      String subDomain = environment.get("KATAPULT_ORGANIZATION");
      if (subDomain != null) {
        ParameterException.requireText("KATAPULT_ORGANIZATION", subDomain);
        organization(Organization.subDomain(subDomain));
      }
      return this;
    }

    /**
     * Sends requests to this URL.
     *
     * @param baseUrl https, or http to a loopback address; the default is {@link ApiTokensApi#BASE_URL}
     * @return this builder
     */
    public Builder baseUrl(String baseUrl) {
      this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
      return this;
    }

    /**
     * Sends requests through this.
     *
     * @param callFactory your {@code OkHttpClient}, or anything around one; it is not closed by the client. The
     *     default is a client of its own
     * @return this builder
     */
    public Builder callFactory(Call.Factory callFactory) {
      this.callFactory = Objects.requireNonNull(callFactory, "callFactory");
      return this;
    }

    /**
     * Starts from this Retrofit: its call factory and base URL, unless they are set here, its call adapters and
     * executor. It is not changed.
     *
     * @param retrofit yours
     * @return this builder
     */
    public Builder retrofit(Retrofit retrofit) {
      this.retrofit = Objects.requireNonNull(retrofit, "retrofit");
      return this;
    }

    /**
     * Reads responses by this Moshi; its adapters win over the generated ones. It is not changed.
     *
     * @param moshi yours
     * @return this builder
     */
    public Builder moshi(Moshi moshi) {
      this.moshi = Objects.requireNonNull(moshi, "moshi");
      return this;
    }

    /**
     * Makes the client. Sends nothing.
     *
     * @return a new client
     * @throws ParameterException if the API key is missing, blank or has characters that no HTTP header can hold;
     *     if the base URL is not one, or is plain http to another host than a loopback address
     */
    public KatapultClient build() {
      return new KatapultClient(this);
    }
  }
}
