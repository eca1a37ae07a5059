package io.katapult.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves tokens over HTTP 1.1. Runs in a separate process, so that its time is not attributed to the client, and ends
 * with the process that started it.
 */
final class BenchmarkServer {
  private static final Pattern PAGE = Pattern.compile("[?&]page=(\\d+)");
  private static final Pattern PER_PAGE = Pattern.compile("[?&]per_page=(\\d+)");

  private final int total;
  private final int latencyMillis;
  private final Map<String, byte[]> responses = new ConcurrentHashMap<>();

  private BenchmarkServer(int total, int latencyMillis) {
    this.total = total;
    this.latencyMillis = latencyMillis;
  }

  /** Arguments: the number of tokens, and the delay of each response in milliseconds. */
  public static void main(String[] args) throws IOException {
    BenchmarkServer server = new BenchmarkServer(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    try (ServerSocket listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
      daemon(() -> server.accept(listening));
      System.out.println(listening.getLocalPort());
      while (System.in.read() >= 0) {
        // The parent process is still alive.
      }
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket socket = listening.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      if (!listening.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        byte[] response = responses.computeIfAbsent(head.substring(0, head.indexOf('\r')), this::response);
        if (latencyMillis > 0) {
          Thread.sleep(latencyMillis);
        }
        out.write(response);
      }
    } catch (IOException e) {
      // The client closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder(512);
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      int length = head.length();
      if (next == '\n' && length >= 4 && head.charAt(length - 3) == '\n') {
        return head.toString();
      }
    }
    return "";
  }

  private byte[] response(String requestLine) {
    byte[] body = Tokens.page(number(PAGE, requestLine, 1), number(PER_PAGE, requestLine, 30), total);
    byte[] head =
        ("HTTP/1.1 200 OK\r\n"
                + "Content-Type: application/json; charset=utf-8\r\n"
                + ("Content-Length: " + body.length + "\r\n")
                + "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                + "ETag: W/\"5f0c9d513c1b8f6b9a100b2f6c1e7f0d\"\r\n"
                + "Cache-Control: max-age=0, private, must-revalidate\r\n"
                + "X-Request-Id: 0b2f6c1e-7f0d-4f0c-9d51-3c1b8f6b9a10\r\n"
                + "X-RateLimit-Permitted: 1000000000\r\n"
                + "X-RateLimit-Remaining: 999999999\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] response = new byte[head.length + body.length];
    System.arraycopy(head, 0, response, 0, head.length);
    System.arraycopy(body, 0, response, head.length, body.length);
    return response;
  }

  private static int number(Pattern pattern, String text, int otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
  }
}
