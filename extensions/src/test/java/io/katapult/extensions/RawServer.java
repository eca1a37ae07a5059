package io.katapult.extensions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server on a loopback port that does to a connection whatever a script says, each on a thread of its own. Closing it
 * ends all of them.
 */
final class RawServer implements AutoCloseable {
  /** What is done with a connection, which is closed after that. */
  interface Script {
    void play(Socket socket) throws Exception;
  }

  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Script script;
  private final Map<Thread, Socket> connections = new ConcurrentHashMap<>();
  private final Thread accepting = new Thread(this::accept, "raw server");

  RawServer(Script script) throws IOException {
    this.script = script;
    accepting.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many have not ended. */
  int connections() {
    return connections.size();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        Thread thread = new Thread(() -> play(socket), "raw connection");
        connections.put(thread, socket);
        thread.start();
      } catch (IOException e) {
        // The server is closed, or the client has gone already.
      }
    }
  }

  private void play(Socket socket) {
    try (socket) {
      script.play(socket);
    } catch (Exception e) {
      // The client has gone, or the server is closed: both are part of the play.
    } finally {
      connections.remove(Thread.currentThread());
    }
  }

  /** Reads a request without a body. Returns all lines of it; an empty text if there is none. */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  static void untilClosed(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  @Override
  public void close() {
    try {
      listening.close();
      accepting.join(5000);
      for (Map.Entry<Thread, Socket> connection : connections.entrySet()) {
        connection.getValue().close();
        connection.getKey().interrupt();
        connection.getKey().join(5000);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
