package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/// What becomes of a client's request, as its head says.
sealed interface Plan {
  /// How long its body may be.
  long bodyBytesMax();

  /// The gateway answers it by itself; its body is dropped.
  record Local(AnswerHead head, String body) implements Plan {
    static final int BODY_BYTES_MAX = 128 << 10;

    @Override
    public long bodyBytesMax() {
      return BODY_BYTES_MAX;
    }
  }

  /// Who decides where a request goes.
  sealed interface To {
    /// The home where its tenant is.
    record Tenant(Gate gate) implements To {}

    /// It is of no tenant, and goes there.
    record Passed(Placement at) implements To {}
  }

  /// It goes to a home.
  ///
  /// @param write whether it needs a pass
  /// @param streams whether a long body is sent on while it comes
  /// @param target what the home is asked
  /// @param name what was asked, without its arguments, for people
  /// @param item the first document that it names; empty for none
  record Forward(
      To to,
      boolean write,
      long bodyBytesMax,
      boolean streams,
      Target target,
      String name,
      String item)
      implements Plan {
    /// A longer body is sent while it comes, if it can be.
    static final int WHOLE_BYTES_MAX = 128 << 10;
  }

  /// What becomes of it stands in its body.
  record ByBody(long bodyBytesMax, Decision decision) implements Plan {
    /// Decides it.
    interface Decision {
      /// @param body is neither changed nor released
      /// @throws Refused saying why the request goes nowhere
      Plan by(ByteBuf body) throws Refused;
    }
  }

  /// The gateway runs it as several requests to the tenant's home.
  record Work(long bodyBytesMax, Begin begin) implements Plan {
    /// Begins it.
    interface Begin {
      /// @param body is not released
      Running begin(Lane lane, ByteBuf body, WorkAnswer to) throws Refused;
    }
  }

  /// Work that runs.
  interface Running {
    /// Its client is gone, or wants it no more: what is under way ends, and nothing more is begun.
    void cancel();
  }

  /// Who is told how work ends, once.
  interface WorkAnswer {
    void done(AnswerHead head, String body);

    String address();
  }

  /// What a home is asked for a client's request, and how its answer is shown. It depends on where
  /// the tenant is; so it is made anew each time the request is tried.
  interface Target {
    /// The request with its whole body, which is not released.
    Whole whole(Placement to, ByteBuf body) throws Refused;

    /// The same of a body that is sent while it comes.
    Streamed streamed(Placement to, ByteBuf begun) throws Refused;

    /// The one home that can answer it, wherever the tenant is; empty if that is the tenant's.
    default Optional<Placement> fixed(ByteBuf body) throws Refused {
      return Optional.empty();
    }

    /// How the home's answer is shown; empty if it is passed on as it is.
    ///
    /// @param status with which the home has answered
    Optional<AnswerRewriter> answer(Placement to, int status);

    /// The head of the answer.
    default AnswerHead head(HttpResponse response) {
      return AnswerHead.of(response);
    }
  }

  /// @param body to be released by the one who is given it
  /// @param deletable the documents that it may delete
  record Whole(Outgoing head, ByteBuf body, List<BulkBody.Deletable> deletable) {
    /// It deletes nothing.
    Whole(Outgoing head, ByteBuf body) {
      this(head, body, List.of());
    }
  }

  /// @param body what a body is on its way
  record Streamed(Outgoing head, Body body) {}

  /// A body on its way from a client to a home. Each piece is released or given on.
  interface Body {
    /// @return what goes to the home for it
    /// @throws Refused if it goes on as it must not; then none of the request is done
    ByteBuf piece(ByteBuf piece, boolean last) throws Refused;

    /// The documents that it may delete, as far as it has come.
    default List<BulkBody.Deletable> deletable() {
      return List.of();
    }
  }
}
