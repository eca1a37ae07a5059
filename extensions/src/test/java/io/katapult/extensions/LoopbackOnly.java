package io.katapult.extensions;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import javax.net.SocketFactory;
import okhttp3.Dns;

/** Keeps a client to the test's own servers, wherever an altered redirect may send it. */
final class LoopbackOnly extends SocketFactory implements Dns {
  private final Set<Integer> ports;

  LoopbackOnly(Set<Integer> ports) {
    this.ports = ports;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    if (!host.equals("localhost")) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.getLoopbackAddress());
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        InetSocketAddress address = (InetSocketAddress) endpoint;
        if (!address.getAddress().equals(InetAddress.getLoopbackAddress()) || !ports.contains(address.getPort())) {
          throw new ConnectException("no server of this test: " + endpoint);
        }
        super.connect(endpoint, timeout);
      }
    };
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
