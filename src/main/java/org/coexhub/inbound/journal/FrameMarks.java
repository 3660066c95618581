package org.coexhub.inbound.journal;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;

import org.coexhub.platform.broker.Received;
import org.coexhub.platform.http.Hmac;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The mark on journal messages that only the hub can make.
 *
 * <p><b>Why.</b> What lies in {@code wa.in} has passed the signature check, or is the hub's own; the router asks nothing more.
 * Whoever could write there could write as Meta and as the hub. So each message carries an HMAC over everything the router
 * believes: kind, receipt, time and bytes, by a key that is in the store alone.
 *
 * <p><b>Own events</b> are known by their kind, which the mark covers. Bytes that Meta signed are Meta's, whatever they look
 * like.
 */
public final class FrameMarks {

    private static final String MARK = "HubMark";
    private static final String KIND = "HubKind";
    private static final String OWN = "own";
    private static final String META = "meta";

    private final JournalKeys store;
    private volatile Keys keys;

    FrameMarks(JournalKeys store) {
        this.store = store;
        this.keys = keys();
    }

    /** @param newest marks; all verify */
    private record Keys(Map<String, Hmac> all, JournalKeys.Key first, String newest) {}

    /**
     * Marks a message that has its receipt and its time.
     *
     * @param body what was written into it
     * @param own whether its slices are events of the hub's own making
     */
    public void mark(BytesMessage message, byte[] body, boolean own) throws JMSException {
        String kind = own ? OWN : META;
        Keys with = keys;
        byte[] mark =
                code(
                        with.all.get(with.newest),
                        kind,
                        message.getStringProperty(GroupCommitJournal.RECEIPT),
                        message.getLongProperty(GroupCommitJournal.RECEIVED),
                        body);
        message.setStringProperty(KIND, kind);
        message.setStringProperty(
                MARK, with.newest + ':' + Base64.getEncoder().encodeToString(mark));
    }

    /**
     * Whether slices of the message may be the hub's own events.
     *
     * @throws IllegalArgumentException the message is none of the hub's
     */
    boolean verify(Received message) {
        String given = message.property(MARK);
        if (given == null) {
            throw new IllegalArgumentException("no mark of the hub: somebody else wrote it");
        }
        int colon = Math.max(0, given.indexOf(':'));
        String kind = String.valueOf(message.property(KIND));
        Hmac key = key(given.substring(0, colon));
        byte[] mark =
                key == null
                        ? new byte[0]
                        : code(
                                key,
                                kind,
                                message.property(GroupCommitJournal.RECEIPT),
                                message.number(GroupCommitJournal.RECEIVED),
                                message.body());
        String expected = Base64.getEncoder().encodeToString(mark);
        if (key == null || !Hmac.same(expected, given.substring(colon + 1))) {
            throw new IllegalArgumentException("the mark is not the hub's, or of other bytes");
        }
        return OWN.equals(kind);
    }

    /** What the message says of itself, true or not. */
    static boolean saysOwn(Received message) {
        return OWN.equals(message.property(KIND));
    }

    /** Notes on a dead letter whose its bytes are, for {@link ParkedSlice#again}. */
    static void keepKind(BytesMessage letter, boolean own) throws JMSException {
        letter.setStringProperty(KIND, own ? OWN : META);
    }

    /** A secret for something else, made of the store's first key: the same on each node and for as long as the store lives. */
    public byte[] secretFor(String purpose) {
        return new Hmac(keys.first.secret())
                .sign(("secret for " + purpose).getBytes(StandardCharsets.UTF_8));
    }

    private Hmac key(String id) {
        Hmac known = keys.all.get(id);
        if (known == null) {
            keys = keys();
            known = keys.all.get(id);
        }
        return known;
    }

    private Keys keys() {
        var all = new LinkedHashMap<String, Hmac>();
        JournalKeys.Key first = null;
        String newest = null;
        for (JournalKeys.Key key : store.load()) {
            first = first == null ? key : first;
            newest = key.id();
            all.put(newest, new Hmac(key.secret()));
        }
        return new Keys(Map.copyOf(all), first, newest);
    }

    private static byte[] code(Hmac key, String kind, String receipt, long received, byte[] body) {
        byte[] words = (kind + '\n' + receipt + '\n').getBytes(StandardCharsets.UTF_8);
        return key.sign(
                ByteBuffer.allocate(Integer.BYTES).putInt(words.length).array(),
                words,
                ByteBuffer.allocate(Long.BYTES).putLong(received).array(),
                body);
    }
}
