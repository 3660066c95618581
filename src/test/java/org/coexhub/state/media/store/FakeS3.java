package org.coexhub.state.media.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One bucket of S3 over real HTTP: PUT, GET, HEAD and DELETE of objects, with the bucket in the path and errors in S3's XML. Reckons
 * the signature (version 4) of each request itself, from the request as it came, and refuses what does not match.
 */
public final class FakeS3 implements AutoCloseable {

    public static final String BUCKET = "hub-media";
    public static final String REGION = "eu-central-1";
    public static final String ACCESS_KEY = "AKIDEXAMPLE";
    public static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /** What can go wrong with one request. */
    public enum Trouble {
        /** 503, nothing is done. */
        SLOW_DOWN,
        /** The connection ends before anything is done. */
        CUT,
        /** It is done, and the connection ends before the answer. */
        CUT_WHEN_DONE
    }

    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/s3/aws4_request,"
                            + " SignedHeaders=([^,]+), Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration SKEW = Duration.ofMinutes(15);

    private record Refusal(int status, String code) {}

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Deque<Trouble> troubles = new ConcurrentLinkedDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    public FakeS3() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next requests meet these, one each. */
    public void next(Trouble... coming) {
        troubles.addAll(Arrays.asList(coming));
    }

    /** An empty bucket in good order. */
    public void reset() {
        troubles.clear();
        objects.clear();
    }

    /** What is kept, by key. */
    public Map<String, byte[]> objects() {
        return Map.copyOf(objects);
    }

    /** Method and path of all requests, and the status each was answered with; 0 for none. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Trouble trouble = troubles.poll();
            if (trouble == Trouble.CUT) {
                note(exchange, 0);
                return;
            }
            Refusal refusal =
                    trouble == Trouble.SLOW_DOWN
                            ? new Refusal(503, "SlowDown")
                            : refusal(exchange, body);
            if (refusal != null) {
                refuse(exchange, refusal);
                return;
            }
            serve(exchange, body, trouble == Trouble.CUT_WHEN_DONE);
        }
    }

    private void serve(HttpExchange exchange, byte[] body, boolean cut) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String key = path.substring(("/" + BUCKET + "/").length());
        byte[] answer = new byte[0];
        int status = 200;
        switch (exchange.getRequestMethod()) {
            case "PUT" -> objects.put(key, body);
            case "DELETE" -> {
                objects.remove(key);
                status = 204;
            }
            default -> {
                answer = objects.get(key);
                if (answer == null) {
                    refuse(exchange, new Refusal(404, "NoSuchKey"));
                    return;
                }
            }
        }
        if (cut) {
            note(exchange, 0);
            return;
        }
        note(exchange, status);
        exchange.getResponseHeaders().set("ETag", "\"" + hex(sha256(answer)) + "\"");
        boolean empty = answer.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : answer.length);
        if (!empty) {
            exchange.getResponseBody().write(answer);
        }
    }

    private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
        note(exchange, refusal.status());
        byte[] xml =
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>%s</Code><Message>because</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>\
                """
                        .formatted(refusal.code())
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(refusal.status(), xml.length);
        exchange.getResponseBody().write(xml);
    }

    private void note(HttpExchange exchange, int status) {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + status);
    }

    /** Null for a request that is in order. */
    private static Refusal refusal(HttpExchange exchange, byte[] body) {
        Matcher given = AUTHORIZATION.matcher(header(exchange, "Authorization"));
        if (!given.matches()) {
            return new Refusal(403, "AccessDenied");
        }
        if (!given.group(1).equals(ACCESS_KEY)) {
            return new Refusal(403, "InvalidAccessKeyId");
        }
        if (!given.group(3).equals(REGION)) {
            return new Refusal(400, "AuthorizationHeaderMalformed");
        }
        Instant signed = Instant.from(DATE.parse(header(exchange, "x-amz-date")));
        if (Duration.between(signed, Instant.now()).abs().compareTo(SKEW) > 0) {
            return new Refusal(403, "RequestTimeTooSkewed");
        }
        String hash = header(exchange, "x-amz-content-sha256");
        boolean nothingToHash = body.length == 0 && hash.equals("UNSIGNED-PAYLOAD");
        if (!nothingToHash && !hash.equals(hex(sha256(body)))) {
            return new Refusal(400, "XAmzContentSHA256Mismatch");
        }
        byte[] wanted = signature(exchange, given).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(wanted, given.group(5).getBytes(StandardCharsets.US_ASCII))) {
            return new Refusal(403, "SignatureDoesNotMatch");
        }
        return exchange.getRequestURI().getRawPath().startsWith("/" + BUCKET + "/")
                ? null
                : new Refusal(404, "NoSuchBucket");
    }

    private static String signature(HttpExchange exchange, Matcher given) {
        String headers =
                Arrays.stream(given.group(4).split(";"))
                        .map(name -> name + ":" + header(exchange, name).strip() + "\n")
                        .collect(Collectors.joining());
        String query = exchange.getRequestURI().getRawQuery();
        String canonical =
                String.join(
                        "\n",
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawPath(),
                        query == null
                                ? ""
                                : Arrays.stream(query.split("&"))
                                        .map(pair -> pair.contains("=") ? pair : pair + "=")
                                        .sorted()
                                        .collect(Collectors.joining("&")),
                        headers,
                        given.group(4),
                        header(exchange, "x-amz-content-sha256"));
        String scope = given.group(2) + "/" + REGION + "/s3/aws4_request";
        String toSign =
                String.join(
                        "\n",
                        "AWS4-HMAC-SHA256",
                        header(exchange, "x-amz-date"),
                        scope,
                        hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return hex(hmac(key, toSign));
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
