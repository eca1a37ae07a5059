package io.katapult.benchmark;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.List;
import okhttp3.Request;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Converter;
import retrofit2.Response;
import retrofit2.Retrofit;

/** A stock client for Retrofit. Subclasses differ in their models and JSON libraries. */
abstract class RetrofitSubject<P> extends Subject {
  private final Class<P> model;
  private CannedResponse canned;
  private Converter<ResponseBody, P> converter;

  RetrofitSubject(Class<P> model) {
    this.model = model;
  }

  abstract Retrofit stockRetrofit();

  abstract Call<P> list(List<String> annotationKeys, List<String> annotationValues, int page, int perPage);

  @Override
  final Object call(int page, int perPage) throws IOException {
    Response<P> response = list(null, null, page, perPage).execute();
    if (!response.isSuccessful()) {
      throw new IOException("status " + response.code());
    }
    return response.body();
  }

  @Override
  final void prepareDecoding(byte[] body) {
    canned = new CannedResponse(body);
    converter = stockRetrofit().responseBodyConverter(model, new Annotation[0]);
  }

  @Override
  final Object decode() throws IOException {
    return converter.convert(canned.response().body());
  }

  @Override
  final Object request(List<String> annotationKeys, List<String> annotationValues) {
    return list(annotationKeys, annotationValues, 2, 100).request();
  }

  @Override
  final String url(Object request) {
    return ((Request) request).url().toString();
  }
}
