package org.coexhub.sandbox.meta.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Uploaded and received media. A media id lives with the process; a download address lives five minutes, as at Meta. */
public final class MediaShelf {
    static final Duration URL_LIFE = Duration.ofMinutes(5);

    public record Item(String id, String mimeType, byte[] bytes, String sha256) {}

    private record Ticket(String mediaId, Instant until) {}

    private final Clock clock;
    private final Map<String, Item> items = new ConcurrentHashMap<>();
    private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

    public MediaShelf(Clock clock) {
        this.clock = clock;
    }

    public Item add(String mimeType, byte[] bytes) {
        String id =
                Long.toString(
                        ThreadLocalRandom.current()
                                .nextLong(1_000_000_000_000_000L, 9_999_999_999_999_999L));
        Item item = new Item(id, mimeType, bytes, sha256(bytes));
        items.put(id, item);
        return item;
    }

    public Optional<Item> find(String id) {
        return Optional.ofNullable(items.get(id));
    }

    public boolean remove(String id) {
        return items.remove(id) != null;
    }

    public String newTicket(String mediaId) {
        String ticket = UUID.randomUUID().toString();
        tickets.put(ticket, new Ticket(mediaId, clock.instant().plus(URL_LIFE)));
        return ticket;
    }

    public Optional<Item> redeem(String ticket) {
        return Optional.ofNullable(tickets.get(ticket))
                .filter(found -> clock.instant().isBefore(found.until()))
                .flatMap(found -> find(found.mediaId()));
    }

    /**
     * The part named {@code file} of a multipart body and its type. Searching in ISO-8859-1 text keeps every byte at its own
     * index.
     */
    public static Item fromMultipart(String contentType, byte[] body) {
        int at = contentType.indexOf("boundary=");
        if (!contentType.startsWith("multipart/form-data") || at < 0) {
            throw GraphException.badRequest("The upload has to be multipart/form-data");
        }
        String boundary = "--" + contentType.substring(at + 9).replaceAll("^\"|\"?(;.*)?$", "");
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (String part : text.split(Pattern.quote(boundary), -1)) {
            int split = part.indexOf("\r\n\r\n");
            String head = split < 0 ? "" : part.substring(0, split);
            if (head.contains("name=\"file\"") || head.contains("name=file")) {
                byte[] bytes =
                        part.substring(split + 4, part.length() - 2)
                                .getBytes(StandardCharsets.ISO_8859_1);
                return new Item("", partType(head), bytes, sha256(bytes));
            }
        }
        throw GraphException.badRequest("The parameter file is required.");
    }

    private static String partType(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-type:", 0, 13))
                .map(line -> line.substring(13).trim())
                .findFirst()
                .orElse("application/octet-stream");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
