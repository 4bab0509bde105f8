package dev.drover.gateway.net;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The clients that want to send more on a connection than it has room for. While one of them
/// waits, room is given out in turns, a few requests at a time: a client that has just had its
/// replies does not take their room before those that wait. Owned by one event loop.
@SuppressWarnings("ReferenceEquality")
public final class Turns {
  private static final int REQUESTS_A_TURN = 16;

  private final Set<Waiting> waiting = new LinkedHashSet<>();
  private @Nullable Waiting piece;
  private @Nullable Waiting current;
  private int left;

  /// @param room whether the connection has room for a request
  /// @return whether the client may send one now; if not, it waits for its turn
  public boolean take(Waiting client, boolean room) {
    if (room && (waiting.isEmpty() || (client == current && left > 0))) {
      left--;
      return true;
    }
    waitFor(client);
    return false;
  }

  private void waitFor(Waiting client) {
    waiting.add(client);
  }

  /// The client, whose request has gone in part, is told when there is room for another piece of
  /// it. There is one such client at a time.
  public void waitForPiece(Waiting client) {
    piece = client;
  }

  /// There is room for a piece.
  public void goPiece() {
    Waiting next = piece;
    if (next != null) {
      piece = null;
      next.resume();
    }
  }

  /// Those that wait go on in their order, for as long as there is room and one of them uses it.
  /// Who wants more after its turn waits at the end again.
  public void go(BooleanSupplier room) {
    boolean used = true;
    while (used && !waiting.isEmpty() && room.getAsBoolean()) {
      used = false;
      int most = waiting.size();
      while (most-- > 0 && !waiting.isEmpty() && room.getAsBoolean()) {
        Iterator<Waiting> first = waiting.iterator();
        Waiting client = first.next();
        first.remove();
        current = client;
        left = REQUESTS_A_TURN;
        client.resume();
        used |= left < REQUESTS_A_TURN;
      }
    }
    current = null;
  }

  /// There will be no more room: all go on, and find another way.
  public void goAll() {
    goPiece();
    List<Waiting> all = new ArrayList<>(waiting);
    waiting.clear();
    all.forEach(Waiting::resume);
  }
}
