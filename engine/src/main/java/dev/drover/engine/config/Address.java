package dev.drover.engine.config;

import java.net.InetSocketAddress;

/// Where a process listens or is reached.
///
/// @param port 0 for any free one
public record Address(String host, int port) {
  /// Reads `host:port`; an IPv6 address stands in brackets.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Address(host, port(text.substring(colon + 1)));
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("a port lies between 0 and 65535, but is '" + text + "'");
  }

  /// Whether only this machine can reach it. Decided by its text: names are not looked up.
  public boolean loopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /// Whether two listeners would be in each other's way.
  public boolean clashesWith(Address other) {
    return port != 0
        && port == other.port
        && (host.equals(other.host) || anywhere() || other.anywhere() || bothLoopback(other));
  }

  private boolean bothLoopback(Address other) {
    return canonical().equals(other.canonical());
  }

  private String canonical() {
    return host.equals("localhost") ? "127.0.0.1" : host;
  }

  private boolean anywhere() {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
  }

  public InetSocketAddress socket() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
