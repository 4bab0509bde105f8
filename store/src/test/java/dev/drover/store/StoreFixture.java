package dev.drover.store;

/// A store under test, and what can be done to it from outside.
public interface StoreFixture {
  /// The first client.
  StateStore store();

  /// Another client of the same store; may be the same object if the store is used only in one
  /// process.
  StateStore secondClient();

  /// Stops the store and starts it again on what it kept. Clients then work again, perhaps new
  /// ones.
  ///
  /// @return false if this kind cannot be restarted
  boolean restart() throws Exception;

  /// As [#restart], but by a crash.
  ///
  /// @return false if this kind cannot be crashed
  default boolean kill() throws Exception {
    return false;
  }

  /// Cuts the connection of the first client now; it may connect again.
  ///
  /// @return false if there is none
  default boolean cutConnection() {
    return false;
  }

  void close() throws Exception;
}
