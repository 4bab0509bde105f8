package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What a list's journal makes of commands is what a server makes of them.
@Timeout(60)
class ListJournalTest {
  private static final String KEY = "app:list";
  private static final int LENGTH = 12;
  private static final List<String> NUMBERS =
      List.of("0", "1", "2", "-1", "-2", "5", "11", "12", "13", "-12", "-13", "99", "-99");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static MonitorLine line(String... words) {
    return new MonitorLine("0", Stream.of(words).map(ListJournalTest::bytes).toList());
  }

  /// Random commands on short lists, where each limit is met.
  @ParameterizedTest
  @EnumSource(Version.class)
  void whatIsKeptIsWhereTheServerHasIt(Version version) throws Exception {
    Random random = new Random(7);
    int understood = 0;
    try (Rig rig = new Rig(version, version)) {
      for (int i = 0; i < 600; i++) {
        List<String> before = fill(rig.atA);
        ListJournal journal = new ListJournal(LENGTH);
        boolean told = true;
        for (int k = 0; k < 6 && told; k++) {
          String[] command = command(random);
          try {
            rig.atA.call(command);
          } catch (RawRedis.Refused e) {
            assertThat(e).hasMessageContaining("index out of range");
          }
          told = journal.note(line(command), bytes(KEY));
          if (told) {
            understood++;
            assertSame(before, journal, rig.atA);
          }
        }
      }
    }
    assertThat(understood).isGreaterThan(1_500);
  }

  private static List<String> fill(RawRedis server) throws Exception {
    server.call("DEL", KEY, "app:other");
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      elements.add("e" + i);
      server.call("RPUSH", KEY, "e" + i);
    }
    return elements;
  }

  private static String[] command(Random random) {
    String one = NUMBERS.get(random.nextInt(NUMBERS.size()));
    String two = NUMBERS.get(random.nextInt(NUMBERS.size()));
    String few = Integer.toString(random.nextInt(4));
    return switch (random.nextInt(13)) {
      case 0 -> new String[] {"RPUSH", KEY, "a", "b"};
      case 1 -> new String[] {"LPUSH", KEY, "a", "b", "c"};
      case 2 -> new String[] {"lPop", KEY};
      case 3 -> new String[] {"RPOP", KEY, few};
      case 4 -> new String[] {"LTRIM", KEY, one, two};
      case 5 -> new String[] {"LTRIM", KEY, few, "-2"};
      case 6 -> new String[] {"LSET", KEY, few, "set"};
      case 7 -> new String[] {"LSET", KEY, "-1", "set"};
      case 8 -> new String[] {"RPOPLPUSH", KEY, random.nextBoolean() ? KEY : "app:other"};
      case 9 -> new String[] {"LMOVE", KEY, KEY, "left", random.nextBoolean() ? "LEFT" : "RIGHT"};
      case 10 -> new String[] {"LMOVE", KEY, "app:other", "RIGHT", "left"};
      case 11 -> new String[] {"LMOVE", KEY, KEY, "RIGHT", "RIGHT"};
      default -> new String[] {"LPUSHX", KEY, "x"};
    };
  }

  private static void assertSame(List<String> before, ListJournal journal, RawRedis server)
      throws Exception {
    ListJournal.Place place = journal.place();
    List<?> now = (List<?>) server.call("LRANGE", KEY, "0", "-1");
    assertThat(place.length()).isEqualTo(now.size());
    for (long at = journal.keptFrom(); at < journal.keptTo(); at++) {
      if (!journal.set().contains(at)) {
        assertThat(now.get((int) (at - place.head()))).isEqualTo(before.get((int) at));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LINSERT app:list BEFORE a b",
    "LREM app:list 1 a",
    "DEL app:list",
    "RENAME app:other app:list",
    "RPOPLPUSH app:other app:list",
    "LMOVE app:other app:list LEFT LEFT",
    "LMPOP 1 app:list LEFT",
    "BLPOP app:list 1",
    "BLMOVE app:list app:list LEFT RIGHT abc",
    "BRPOPLPUSH app:list app:list -1",
    "BLPOP app:other app:list 1",
    "LPOP app:list +1",
    "LPOP app:list 01",
    "LPOP app:list -1",
    "LPOP app:list 12",
    "LTRIM app:list 1 x",
    "LTRIM app:list 20 30",
    "LSET app:list one a",
    "EXPIRE app:list 10",
    "EXPIREAT app:list 99999999999",
    "SORT app:other STORE app:list",
    "SET app:list value",
    "no.such app:list",
  })
  void whatIsNotUnderstoodIsSaid(String command) {
    assertThat(new ListJournal(LENGTH).note(line(command.split(" ")), bytes(KEY))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "SETRANGE k 9 abc, 0 1",
    "SETRANGE k 10 abc, 1",
    "SETRANGE k 0 x, 0",
    "SETRANGE k -1 x, ?",
    "SETRANGE k 01 x, ?",
    "SETBIT k 80 1, 1",
    "SETBIT k 79 1, 0",
    "SETBIT k -8 1, ?",
    "APPEND k abc, ''",
    "BITFIELD k SET u8 76 1, 0 1",
    "BITFIELD k GET u8 0 incrby i5 158 1, 1 2",
    "BITFIELD k OVERFLOW SAT SET u8 #9 1 GET i4 99, 0",
    "BITFIELD k OVERFLOW, ?",
    "BITFIELD k SET u99 0 1, ?",
    "BITFIELD k CLEAR u8 0, ?",
    "SET k v, ?",
    "GETEX k EX 100000, ?",
    "BITOP NOT k other, ?",
    "EXPIRE k 599, ?",
    "EXPIRE k 600, ''",
    "PEXPIRE k 600000, ''",
    "INCR k, ?",
  })
  void piecesOfAStringAreToldByTheGrammar(String command, String pieces) {
    assertThat(written(new PieceWrites(10), command)).isEqualTo(pieces);
  }

  @ParameterizedTest
  @CsvSource({
    "XADD k MAXLEN 5 * f v, ''",
    "XTRIM k MINID 5, ''",
    "XDEL k 5-1 7, 5-1 7",
    "XDEL k 5-1 x, ?",
    "XDEL k -, ?",
    "XDEL k 99999999999999999999, ?",
    "XREADGROUP GROUP g c STREAMS k >, ''",
    "XACK k g 5-1, ''",
    "XSETID k 5-1, ?",
    "XACKDEL k g IDS 1 5-1, ?",
    "XDELEX k IDS 1 5-1, ?",
    "RESTORE k 0 x, ?",
  })
  void entriesOfAStreamAreToldByTheGrammar(String command, String ids) {
    assertThat(written(new EntryWrites(), command)).isEqualTo(ids);
  }

  private static String written(NameJournal.Grammar grammar, String command) {
    return grammar
        .written(line(command.split(" ")), bytes("k"))
        .map(
            names ->
                String.join(
                    " ",
                    names.stream()
                        .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                        .toList()))
        .orElse("?");
  }
}
