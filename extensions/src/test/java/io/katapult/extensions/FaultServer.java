package io.katapult.extensions;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.ByteString;

/** A server that does what a {@link Play} says, over plain HTTP, and over TLS behind a relay that knows its records. */
final class FaultServer implements AutoCloseable {
  /** Of RSA, which takes the JDK less time. */
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").rsa2048().build();
  static final HandshakeCertificates TRUSTED =
      new HandshakeCertificates.Builder().addTrustedCertificate(CERTIFICATE.certificate()).build();
  private static final HandshakeCertificates HELD =
      new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
  private static final int RECORD_HEAD = 5;

  private final RawServer plain = new RawServer(this::serve);
  private final RawServer tls = new RawServer(this::serveTls);
  private final RawServer relay = new RawServer(this::relay);
  private volatile Play play = Play.good(Exchange.PAGE);

  FaultServer() throws IOException {}

  void play(Play next) {
    play = next;
  }

  String baseUrl(String host, Exchange exchange) {
    return exchange.isTls() ? "https://" + host + ":" + relay.port() : "http://" + host + ":" + plain.port();
  }

  /** Where clients may connect to. */
  Set<Integer> ports() {
    return Set.of(plain.port(), relay.port());
  }

  int connections() {
    return plain.connections() + tls.connections() + relay.connections();
  }

  private void serve(Socket socket) throws Exception {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    for (String request = RawServer.readHead(in); !request.isEmpty(); request = RawServer.readHead(in)) {
      Play current = play;
      if (!Play.play(current.answer(request, plain.port()), socket, () -> RawServer.untilClosed(socket))) {
        return;
      }
      if (current.exchange().closes()) {
        socket.shutdownOutput();
        RawServer.untilClosed(socket);
        return;
      }
    }
  }

  private void serveTls(Socket socket) throws Exception {
    // Of a new context, which knows no earlier session: each handshake is as long as the other.
    try (SSLSocket secure = (SSLSocket) HELD.sslContext().getSocketFactory().createSocket(socket, null, true)) {
      secure.setEnabledProtocols(new String[] {play.exchange() == Exchange.TLS_1_2 ? "TLSv1.2" : "TLSv1.3"});
      serve(secure);
    }
  }

  private void relay(Socket client) throws Exception {
    InputStream fromClient = client.getInputStream();
    int first = fromClient.read();
    if (first < 0) {
      return;
    }
    Play current = play;
    int connection = current.connect();
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), tls.port())) {
      server.setTcpNoDelay(true);
      Thread requests = new Thread(() -> pass(first, fromClient, server), "raw relay");
      requests.start();
      try {
        DataInputStream records = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        ByteString record = nextRecord(records);
        int number = 1;
        while (record.size() > 0) {
          if (!Play.play(current.record(connection, number++, record), client, requests::join)) {
            return;
          }
          record = nextRecord(records);
        }
        client.shutdownOutput();
        requests.join();
      } finally {
        client.close();
        requests.join();
      }
    }
  }

  private static void pass(int first, InputStream fromClient, Socket server) {
    try {
      server.getOutputStream().write(first);
      fromClient.transferTo(server.getOutputStream());
      server.shutdownOutput();
    } catch (IOException e) {
      try {
        server.close();
      } catch (IOException suppressed) {
        throw new UncheckedIOException(suppressed);
      }
    }
  }

  /** Empty at the end of the connection. */
  private static ByteString nextRecord(DataInputStream records) throws IOException {
    byte[] head = records.readNBytes(RECORD_HEAD);
    int length = head.length < RECORD_HEAD ? 0 : Short.toUnsignedInt(ByteBuffer.wrap(head).getShort(3));
    return new Buffer().write(head).write(records.readNBytes(length)).readByteString();
  }

  @Override
  public void close() {
    plain.close();
    relay.close();
    tls.close();
  }
}
