package io.katapult.extensions;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** A call that goes to no network. It can be cancelled, and ends when and how it is told. */
final class SimulatedCall implements Call {
  /** Sees what becomes of a call, each time before the client does. */
  interface Network {
    void begins(SimulatedCall call);

    void cancelled(SimulatedCall call);

    void answered(SimulatedCall call, Answer answer);

    void failed(SimulatedCall call, IOException failure);
  }

  /**
   * What comes back.
   *
   * @param isCut whether the body breaks off
   */
  record Answer(int status, Headers headers, String body, boolean isCut) {
    private static final MediaType JSON = MediaType.get("application/json");

    private Response to(Request request) {
      Buffer all = new Buffer().writeUtf8(body);
      return new Response.Builder()
          .request(request)
          .protocol(Protocol.HTTP_1_1)
          .code(status)
          .message("")
          .headers(headers)
          .body(ResponseBody.create(isCut ? Okio.buffer(new Cut(all)) : all, JSON, -1))
          .build();
    }
  }

  private static final class Cut extends ForwardingSource {
    Cut(Buffer begin) {
      super(begin);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long count = super.read(sink, byteCount);
      if (count < 0) {
        throw new IOException("connection reset");
      }
      return count;
    }
  }

  /** The number of the page that it asks for. */
  final int page;

  private final Request request;
  private final Network network;
  private final Timeout timeout = new Timeout();
  private @Nullable Callback callback;
  private boolean isCanceled;
  private boolean isDone;

  SimulatedCall(Request request, Network network) {
    this.request = request;
    this.network = network;
    String number = request.url().queryParameter("page");
    page = number == null ? 1 : Integer.parseInt(number);
  }

  @Override
  public void enqueue(Callback responseCallback) {
    if (callback != null) {
      throw new IllegalStateException("It has been enqueued already");
    }
    callback = responseCallback;
    network.begins(this);
  }

  @Override
  public void cancel() {
    if (!isCanceled) {
      isCanceled = true;
      if (isUnderWay()) {
        network.cancelled(this);
      }
    }
  }

  private boolean isUnderWay() {
    return callback != null && !isDone;
  }

  /** As OkHttp does, which cancels it. */
  void timeOut() {
    if (isUnderWay()) {
      isCanceled = true;
      fail(new InterruptedIOException("timeout"));
    }
  }

  /** Does nothing if it has ended. */
  void fail(IOException failure) {
    if (isUnderWay()) {
      isDone = true;
      network.failed(this, failure);
      Objects.requireNonNull(callback).onFailure(this, failure);
    }
  }

  /** Does nothing if it has ended. */
  void answer(Answer answer) {
    if (isUnderWay()) {
      isDone = true;
      network.answered(this, answer);
      try {
        Objects.requireNonNull(callback).onResponse(this, answer.to(request));
      } catch (IOException e) {
        throw new AssertionError("The client does not handle what it reads", e);
      }
    }
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public boolean isExecuted() {
    return callback != null;
  }

  @Override
  public boolean isCanceled() {
    return isCanceled;
  }

  @Override
  public Timeout timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return "page " + page;
  }

  @Override
  public Response execute() {
    throw new UnsupportedOperationException();
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public Call clone() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addEventListener(EventListener eventListener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> @Nullable T tag(KClass<T> type) {
    return null;
  }

  @Override
  public <T> @Nullable T tag(Class<? extends T> type) {
    return null;
  }

  @Override
  public <T> T tag(KClass<T> type, Function0<? extends T> computeIfAbsent) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T tag(Class<T> type, Function0<? extends T> computeIfAbsent) {
    throw new UnsupportedOperationException();
  }
}
