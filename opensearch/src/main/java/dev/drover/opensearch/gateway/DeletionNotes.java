package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.gateway.net.Exchange;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.tenant.DeletesIndex;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Notes at a moving tenant's source which documents a request may delete. The tail of the move is
/// read by what is there, so a delete is not found in it; the mover asks for each document that is
/// noted (docs/decisions/0110). Owned by one event loop.
final class DeletionNotes implements HomeRequest.Answer {
  private static final int ALREADY_THERE = 400;
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final Lane lane;
  private final Exchange exchange;
  private final HomeId home;
  private final String notes;
  private final Consumer<@Nullable String> done;
  private @Nullable HomeRequest request;
  private boolean making;
  private int status;
  private final ByteBuf answer;

  /// @param done told why they could not be noted, or null if they are
  DeletionNotes(
      Lane lane,
      Exchange exchange,
      HomeId home,
      String tenant,
      List<BulkBody.Deletable> documents,
      Consumer<@Nullable String> done) {
    this.lane = lane;
    this.exchange = exchange;
    this.home = home;
    this.done = done;
    this.notes = notes(tenant, documents, lane.serving().nowMillis());
    this.answer = lane.alloc().buffer();
  }

  private static String notes(String tenant, List<BulkBody.Deletable> documents, long nowMillis) {
    StringBuilder all = new StringBuilder();
    for (BulkBody.Deletable each : documents) {
      ObjectNode note = JsonMapper.shared().createObjectNode();
      note.put("partition", tenant);
      note.put("index", each.index());
      note.put("id", each.id());
      note.put("routing", each.routing());
      note.put("at", nowMillis);
      all.append("{\"create\":{}}\n").append(note).append('\n');
    }
    return all.toString();
  }

  void write() {
    making = !lane.serving().notesAt(home);
    request = new HomeRequest(lane, exchange, new Lane.Use(home, false), this);
    mayConnect();
  }

  @Override
  public void mayConnect() {
    HomeRequest by = request;
    if (by == null || by.begun() || !by.connected()) {
      return;
    }
    byte[] body = (making ? DeletesIndex.SHAPE : notes).getBytes(StandardCharsets.UTF_8);
    by.begin(
        making
            ? Outgoing.json("PUT", "/" + DeletesIndex.NAME, body.length)
            : Outgoing.json("POST", "/" + DeletesIndex.NAME + "/_bulk", body.length));
    ByteBuf bytes = lane.alloc().buffer(body.length).writeBytes(body);
    by.send(bytes);
    bytes.release();
    by.end();
  }

  @Override
  public void head(HttpResponse head) {
    status = head.status().code();
  }

  @Override
  public void piece(ByteBuf piece, boolean whole) {
    if (answer.readableBytes() < ANSWER_BYTES_MAX) {
      answer.writeBytes(piece);
    }
    piece.release();
    if (whole) {
      answered();
    }
  }

  private void answered() {
    String text = answer.toString(StandardCharsets.UTF_8);
    answer.clear();
    boolean well = status / 100 == 2;
    if (making) {
      if (well || (status == ALREADY_THERE && text.contains("resource_already_exists"))) {
        lane.serving().notesAre(home);
        write();
      } else {
        end("cannot be given the index '" + DeletesIndex.NAME + "': " + text);
      }
    } else if (well && text.contains("\"errors\":false")) {
      end(null);
    } else {
      end("does not take a note of what may be deleted while the tenant moves: " + text);
    }
  }

  private void end(@Nullable String why) {
    answer.release();
    done.accept(why == null ? null : "home '" + home + "' " + why);
  }

  @Override
  public void failed(String why, boolean sent) {
    answer.release();
    done.accept(why);
  }
}
