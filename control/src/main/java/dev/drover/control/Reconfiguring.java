package dev.drover.control;

import dev.drover.store.StoreException;
import java.util.List;
import java.util.Optional;

/// Applies a changed configuration to a server that runs, and through it to the gateways.
public interface Reconfiguring {
  /// For a server that has read no file.
  Reconfiguring NONE =
      new Reconfiguring() {
        @Override
        public Plan plan() throws ControlException {
          throw none();
        }

        @Override
        public Result apply(String digest) throws ControlException {
          throw none();
        }

        private static ControlException none() {
          return new ControlException(
              ControlException.Kind.CONFLICT, "this server has read no configuration");
        }
      };

  /// What its file says now and did not say before. Changes nothing.
  ///
  /// @throws ControlException CONFLICT if the file cannot be used, or what it says cannot be
  ///   applied while processes run
  Plan plan() throws ControlException, StoreException;

  /// Applies what the file says, once all gateways know of it or the time for that is over.
  ///
  /// @param digest of the plan that is meant; empty for whatever the file says now
  /// @throws ControlException as [#plan], and CONFLICT if the file has changed since; then nothing
  ///   was changed
  Result apply(String digest) throws ControlException, StoreException;

  /// @param file the server's
  /// @param digest what tells this text of the file from others
  /// @param changes empty if there is nothing to apply
  record Plan(String file, String digest, List<Change> changes) {
    public Plan {
      changes = List.copyOf(changes);
    }
  }

  /// One difference.
  ///
  /// @param what such as `home 'c'`
  /// @param detail what it was and is; never a secret
  /// @param effect when it holds
  /// @param note what else is to be known or done
  record Change(
      Kind kind, String what, Optional<String> detail, Effect effect, Optional<String> note) {
    /// What happens to it.
    public enum Kind {
      ADD,
      REMOVE,
      CHANGE
    }

    /// When a change holds.
    public enum Effect {
      /// As soon as it is applied.
      NOW,
      /// Once the process that the note names runs again.
      RESTART,
      /// It is not applied: see the note.
      REFUSED
    }
  }

  /// What has come of it.
  ///
  /// @param gateways those that are registered, each with what it does not follow in; empty if it
  ///   follows
  /// @param moves that were asked for, so that new partitions come to their homes
  /// @param problems what was to be done and was not, and why
  record Result(Plan plan, List<Following> gateways, List<Begun> moves, List<String> problems) {
    public Result {
      gateways = List.copyOf(gateways);
      moves = List.copyOf(moves);
      problems = List.copyOf(problems);
    }
  }

  /// A gateway, after a configuration was applied.
  record Following(String gateway, List<String> differs) {
    public Following {
      differs = List.copyOf(differs);
    }
  }

  /// A move of a partition that is new.
  record Begun(String partition, String to, String move) {}
}
