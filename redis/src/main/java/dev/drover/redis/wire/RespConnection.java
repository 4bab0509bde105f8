package dev.drover.redis.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One connection to a server. Commands gather in a buffer until [#flush] or until it is full;
/// answers are read in the order of the commands.
///
/// Used by one thread at a time, except [#close]. An interrupt of a thread that waits here closes
/// the connection and surfaces as [java.nio.channels.ClosedByInterruptException]. After any
/// [IOException] other than [RespFailure] the connection is of no more use.
public final class RespConnection implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int DEPTH_MAX = 32;
  private static final int BULK_BYTES_MAX = 512 * 1024 * 1024;
  private static final Reply.Int[] SMALL = {
    new Reply.Int(-2), new Reply.Int(-1), new Reply.Int(0), new Reply.Int(1)
  };
  private static final Reply.Status OK = new Reply.Status("OK");
  private static final Reply.Status QUEUED = new Reply.Status("QUEUED");
  private static final Reply.Status STRING = new Reply.Status("string");

  private final RespEndpoint endpoint;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] input = new byte[BUFFER_BYTES];
  private final byte[] output = new byte[BUFFER_BYTES];
  private final byte[] digits = new byte[20];
  private int inputAt;
  private int inputEnd;
  private int outputEnd;

  private RespConnection(RespEndpoint endpoint, Socket socket) throws IOException {
    this.endpoint = endpoint;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /// Connects and authenticates, speaking RESP2.
  ///
  /// @throws RespFailure if the server does not let us in
  public static RespConnection open(RespEndpoint endpoint) throws IOException {
    SocketChannel channel = SocketChannel.open();
    RespConnection connection;
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Socket plain = channel.socket();
      plain.connect(resolved(endpoint), endpoint.connectMillisMax());
      if (plain.getLocalSocketAddress().equals(plain.getRemoteSocketAddress())) {
        // Nobody listens, and the system chose the server's port for our side.
        throw new IOException("connection refused");
      }
      plain.setSoTimeout(endpoint.readMillisMax());
      connection = new RespConnection(endpoint, secured(plain, endpoint));
    } catch (ClosedByInterruptException | RuntimeException e) {
      channel.close();
      throw e;
    } catch (IOException e) {
      channel.close();
      throw new RespLost("cannot connect to " + endpoint + ": " + e.getMessage(), e);
    }
    try {
      connection.authenticate();
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private static InetSocketAddress resolved(RespEndpoint endpoint) throws UnknownHostException {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException("no address is known for " + endpoint.host());
    }
    return address;
  }

  private static Socket secured(Socket plain, RespEndpoint endpoint) throws IOException {
    if (endpoint.tls().isEmpty()) {
      return plain;
    }
    SSLSocket tls =
        (SSLSocket)
            endpoint
                .tls()
                .get()
                .getSocketFactory()
                .createSocket(plain, endpoint.host(), endpoint.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  private void authenticate() throws IOException {
    if (endpoint.password().isEmpty()) {
      return;
    }
    if (endpoint.user().isPresent()) {
      call("AUTH", endpoint.user().get(), endpoint.password().get());
    } else {
      call("AUTH", endpoint.password().get());
    }
  }

  public RespEndpoint endpoint() {
    return endpoint;
  }

  /// How long one answer may take from now on; 0 for ever.
  public void readMillisMax(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  /// The beginning of a command that always looks the same, for [#raw]: its name and how many
  /// arguments follow.
  public static byte[] head(String name, int arguments) {
    return ("*" + (arguments + 1) + "\r\n$" + name.length() + "\r\n" + name + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Writes bytes of the protocol as they are.
  public RespConnection raw(byte[] bytes) throws IOException {
    put(bytes, bytes.length);
    return this;
  }

  /// Begins a command of so many parts, its name among them; that many `arg` must follow.
  public RespConnection begin(int parts) throws IOException {
    number('*', parts);
    return this;
  }

  public RespConnection arg(byte[] bytes) throws IOException {
    number('$', bytes.length);
    put(bytes, bytes.length);
    crlf();
    return this;
  }

  public RespConnection arg(String text) throws IOException {
    return arg(text.getBytes(StandardCharsets.UTF_8));
  }

  public RespConnection arg(long value) throws IOException {
    int at = decimal(value);
    number('$', digits.length - at);
    at = decimal(value);
    room(32);
    System.arraycopy(digits, at, output, outputEnd, digits.length - at);
    outputEnd += digits.length - at;
    crlf();
    return this;
  }

  /// Appends a command without waiting for its answer.
  public RespConnection send(String... parts) throws IOException {
    begin(parts.length);
    for (String part : parts) {
      arg(part);
    }
    return this;
  }

  /// Appends a command on one key without waiting for its answer.
  public RespConnection send(String name, byte[] key, String... more) throws IOException {
    begin(2 + more.length).arg(name).arg(key);
    for (String part : more) {
      arg(part);
    }
    return this;
  }

  /// Sends a command and waits for its answer. Nothing else may be outstanding.
  ///
  /// @throws RespFailure if the server refuses it
  public Reply call(String... parts) throws IOException {
    send(parts).flush();
    return answered();
  }

  /// Like [#call(String...)], on one key.
  public Reply call(String name, byte[] key, String... more) throws IOException {
    send(name, key, more).flush();
    return answered();
  }

  /// Sends what has gathered.
  public void flush() throws IOException {
    if (outputEnd > 0) {
      int length = outputEnd;
      outputEnd = 0;
      transmit(output, length);
    }
  }

  /// The next answer, which must not be a refusal.
  ///
  /// @throws RespFailure if it is
  public Reply answered() throws IOException {
    Reply reply = read();
    if (reply instanceof Reply.Failure f) {
      throw new RespFailure(endpoint.toString(), f.message());
    }
    return reply;
  }

  /// The next answer.
  public Reply read() throws IOException {
    return read(0);
  }

  /// The next answer, which must be a line of text as MONITOR sends them; of a long one only the
  /// first `bytesMax` bytes are kept.
  public byte[] readLine(int bytesMax) throws IOException {
    int kind = next();
    if (kind != '+') {
      throw new ProtocolException("a line begins with byte " + kind);
    }
    byte[] line = new byte[256];
    int length = 0;
    for (int b = next(); b != '\r'; b = next()) {
      if (length < bytesMax) {
        if (length == line.length) {
          line = Arrays.copyOf(line, 2 * length);
        }
        line[length++] = (byte) b;
      }
    }
    next();
    return Arrays.copyOf(line, length);
  }

  private Reply read(int depth) throws IOException {
    if (depth > DEPTH_MAX) {
      throw new ProtocolException("an answer is nested too deeply");
    }
    int kind = next();
    return switch (kind) {
      case '$', '=' -> bulk(length());
      case ':' -> integer(length());
      case '+' -> status(line());
      case '-' -> new Reply.Failure(line());
      case '!' -> new Reply.Failure(bulk(length()).text());
      case '*', '~' -> array(length(), depth);
      case '%' -> array(2 * length(), depth);
      case '>' -> new Reply.Push(array(length(), depth).items());
      case '_' -> {
        line();
        yield Reply.Nil.NIL;
      }
      case '#', ',', '(' -> new Reply.Status(line());
      default -> throw new ProtocolException("an answer begins with byte " + kind);
    };
  }

  private Reply bulk(long length) throws IOException {
    if (length < 0) {
      return Reply.Nil.NIL;
    }
    if (length > BULK_BYTES_MAX) {
      throw new ProtocolException("a value of " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    int have = Math.min(bytes.length, inputEnd - inputAt);
    System.arraycopy(input, inputAt, bytes, 0, have);
    inputAt += have;
    while (have < bytes.length) {
      have += receive(bytes, have);
    }
    next();
    next();
    return new Reply.Bulk(bytes);
  }

  private static Reply integer(long value) {
    return value >= -2 && value <= 1 ? SMALL[(int) value + 2] : new Reply.Int(value);
  }

  private static Reply status(String line) {
    return switch (line) {
      case "OK" -> OK;
      case "QUEUED" -> QUEUED;
      case "string" -> STRING;
      default -> new Reply.Status(line);
    };
  }

  private Reply array(long length, int depth) throws IOException {
    if (length < 0) {
      return Reply.Nil.NIL;
    }
    List<Reply> elements = new ArrayList<>((int) Math.min(length, 4096));
    for (long i = 0; i < length; i++) {
      elements.add(read(depth + 1));
    }
    return new Reply.Array(elements);
  }

  private long length() throws IOException {
    boolean negative = false;
    long value = 0;
    for (int b = next(); b != '\r'; b = next()) {
      if (b == '-') {
        negative = true;
      } else if (b >= '0' && b <= '9') {
        value = value * 10 + (b - '0');
      } else {
        throw new ProtocolException("a number holds byte " + b);
      }
    }
    next();
    return negative ? -value : value;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = next(); b != '\r'; b = next()) {
      line.append((char) b);
    }
    next();
    return line.toString();
  }

  private int next() throws IOException {
    if (inputAt == inputEnd) {
      inputEnd = receive(input, 0);
      inputAt = 0;
    }
    return input[inputAt++] & 0xff;
  }

  private int receive(byte[] into, int from) throws IOException {
    int n;
    try {
      n = in.read(into, from, into.length - from);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      throw new RespLost(endpoint + " did not answer in time", e);
    } catch (IOException e) {
      throw new RespLost("the connection to " + endpoint + " broke: " + e.getMessage(), e);
    }
    if (n < 0) {
      throw new RespLost(endpoint + " closed the connection", null);
    }
    return n;
  }

  private void transmit(byte[] bytes, int length) throws IOException {
    try {
      out.write(bytes, 0, length);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new RespLost("the connection to " + endpoint + " broke: " + e.getMessage(), e);
    }
  }

  private void put(byte[] bytes, int length) throws IOException {
    if (length > output.length - outputEnd) {
      flush();
      if (length > output.length) {
        transmit(bytes, length);
        return;
      }
    }
    System.arraycopy(bytes, 0, output, outputEnd, length);
    outputEnd += length;
  }

  private void number(char kind, long value) throws IOException {
    room(32);
    output[outputEnd++] = (byte) kind;
    int at = decimal(value);
    System.arraycopy(digits, at, output, outputEnd, digits.length - at);
    outputEnd += digits.length - at;
    crlf();
  }

  private void crlf() throws IOException {
    room(2);
    output[outputEnd++] = '\r';
    output[outputEnd++] = '\n';
  }

  private void room(int bytes) throws IOException {
    if (output.length - outputEnd < bytes) {
      flush();
    }
  }

  /// Writes `value` to the end of [#digits] and returns where it begins.
  private int decimal(long value) {
    if (value == Long.MIN_VALUE) {
      throw new IllegalArgumentException("a number out of range");
    }
    int at = digits.length;
    long rest = Math.abs(value);
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    if (value < 0) {
      digits[--at] = '-';
    }
    return at;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }
}
