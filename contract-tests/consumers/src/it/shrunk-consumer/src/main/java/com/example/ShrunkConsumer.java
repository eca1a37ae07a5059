package com.example;

import io.katapult.client.ParameterRules;
import io.katapult.client.api.ApiTokensApi;
import io.katapult.client.model.ApiToken;
import io.katapult.extensions.ApiErrorException;
import io.katapult.extensions.KatapultClient;
import io.katapult.extensions.ListApiTokensRequest;
import io.katapult.extensions.Organization;
import io.katapult.extensions.RetryPolicy;
import io.katapult.extensions.rules.ParameterException;
import io.katapult.extensions.rules.ParameterRulesCallFactory;
import java.util.List;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import retrofit2.Call;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Query;

/** Uses features that depend on annotations, generic types and JSON names, which shrinking could break. */
public final class ShrunkConsumer {
  /** Repeats an annotation, which Java stores in a container annotation. */
  public interface Tables {
    @ParameterRules.Rows({"a", "b"})
    @ParameterRules.Rows({"c", "d"})
    @GET("tables")
    Call<Void> tables(
        @Query("a") List<String> a, @Query("b") List<String> b, @Query("c") List<String> c, @Query("d") List<String> d);
  }

  public static void main(String[] args) throws Exception {
    try (KatapultClient katapult =
        KatapultClient.builder()
            .apiKey("consumer")
            .organization(Organization.subDomain("acme"))
            .baseUrl(args[0])
            .retryPolicy(RetryPolicy.NONE)
            .build()) {
      ListApiTokensRequest all = new ListApiTokensRequest();
      require(!KatapultClient.class.getSimpleName().equals("KatapultClient"), "Nothing has been renamed");

      List<ApiToken> tokens = katapult.apiTokens().all(all.perPage(2)).stream().toList();
      require(tokens.size() == 5, "The mock has 5 tokens, but " + tokens.size() + " were listed");
      require(tokens.get(0).name().equals("Continuous deployment"), "The first token is " + tokens.get(0));

      // The mock accepts annotations only row by row.
      katapult.apiTokens().list(all.annotation("environment", "production").annotation("team", "billing"));

      ApiTokensApi api = katapult.api(ApiTokensApi.class);
      ParameterException both =
          thrown(
              ParameterException.class,
              () -> api.listOrganizationApiTokens("1", "acme", null, null, 1, 30).execute());
      require(both.rule().equals("mutuallyExclusive"), both.toString());
      ParameterException page =
          thrown(
              ParameterException.class,
              () -> api.listOrganizationApiTokens("1", null, null, null, 0, 30).execute());
      require(page.rule().equals("minimum"), page.toString());

      List<String> cells = List.of("1", "2");
      String tables =
          new Retrofit.Builder()
              .baseUrl(args[0] + "/")
              .callFactory(new ParameterRulesCallFactory(new OkHttpClient()))
              .build()
              .create(Tables.class)
              .tables(cells, cells, cells, cells)
              .request()
              .url()
              .query();
      require("a=1&b=1&a=2&b=2&c=1&d=1&c=2&d=2".equals(tables), "The query is " + tables);

      ApiErrorException.TooManyRequests limit =
          thrown(
              ApiErrorException.TooManyRequests.class,
              () -> katapult.apiTokens().list(all.header("Prefer", "code=429, example=rate_limit_reached")));
      require(limit.code().equals("rate_limit_reached") && limit.detail().totalPermitted() != null, limit.toString());
    }
  }

  private static <T extends Exception> T thrown(Class<T> type, Callable<?> call) throws Exception {
    try {
      call.call();
    } catch (Exception e) {
      if (type.isInstance(e)) {
        return type.cast(e);
      }
      throw e;
    }
    throw new IllegalStateException("Nothing was thrown");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }
}
