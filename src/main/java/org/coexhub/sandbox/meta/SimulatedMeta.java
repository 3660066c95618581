package org.coexhub.sandbox.meta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;

import org.coexhub.sandbox.meta.account.AcceptedSend;
import org.coexhub.sandbox.meta.account.GraphFault;
import org.coexhub.sandbox.meta.account.MediaShelf;
import org.coexhub.sandbox.meta.account.MetaLimits;
import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.coexhub.sandbox.meta.account.WebhookAttempt;
import org.coexhub.sandbox.meta.devices.BusinessApp;
import org.coexhub.sandbox.meta.devices.CustomerPhone;
import org.coexhub.sandbox.meta.graph.GraphCalls;
import org.coexhub.sandbox.meta.graph.GraphEndpoint;
import org.coexhub.sandbox.meta.graph.GraphSends;
import org.coexhub.sandbox.meta.graph.SendRules;
import org.coexhub.sandbox.meta.graph.TemplateShelf;
import org.coexhub.sandbox.meta.webhook.Courier;
import org.coexhub.sandbox.meta.webhook.PastChats;
import org.coexhub.sandbox.meta.webhook.Payloads;
import org.coexhub.sandbox.meta.webhook.Wamids;
import org.coexhub.sandbox.meta.webhook.WebhookSender;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Chat;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * WhatsApp without Meta. {@link #start} makes Graph listen on loopback; {@link #subscribe} verifies the hub's callback address and
 * lets webhooks flow, what was queued before included. Then write on {@link #phoneOf a customer's phone} or in {@link #app the
 * Business App}, and look at {@link #chats}, {@link #accepted} and {@link #attempts}.
 *
 * <p>Windows, limits and timestamps follow the clock given; ticks and retries follow {@link Pace} in real time.
 */
public final class SimulatedMeta implements AutoCloseable {
    private final SimulatedAccount account;
    private final int wantedPort;
    private final Clock clock;
    private final Phones phones = new Phones();
    private final Payloads payloads;
    private final MediaShelf media;
    private final TemplateShelf templates = new TemplateShelf();
    private final MetaLimits limits;
    private final ScheduledExecutorService timer;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final WebhookSender webhooks;
    private final Courier courier;
    private final BusinessApp app;
    private final GraphSends sends;
    private final GraphEndpoint endpoint;
    private final Deque<GraphFault> nextFaults = new ArrayDeque<>();
    private volatile Misbehaviour misbehaviour = Misbehaviour.NONE;
    private volatile Runnable listener = () -> {};
    private HttpServer server;

    public SimulatedMeta(SimulatedAccount account, Clock clock, Pace pace) {
        this(account, clock, pace, 0);
    }

    /** A port of 0 takes any free one. */
    public SimulatedMeta(SimulatedAccount account, Clock clock, Pace pace, int port) {
        this.account = account;
        this.clock = clock;
        wantedPort = port;
        payloads = new Payloads(account);
        media = new MediaShelf(clock);
        limits = new MetaLimits(clock);
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofVirtual().name("sandbox-timer").factory());
        webhooks =
                new WebhookSender(
                        account.appSecret(), clock, pace, this::misbehaviour, payloads, timer);
        courier = new Courier(phones, payloads, webhooks, timer, clock, pace);
        app =
                new BusinessApp(
                        phones,
                        payloads,
                        webhooks,
                        courier,
                        limits,
                        clock,
                        new PastChats(phones, payloads));
        SendRules rules = new SendRules(media, templates);
        sends = new GraphSends(phones, payloads, courier, limits, rules, clock);
        GraphCalls calls =
                new GraphCalls(
                        account, sends, media, templates, app, () -> graphUrl().toString(), clock);
        endpoint =
                new GraphEndpoint(account, calls, this::nextFault, () -> misbehaviour.slowness());
        phones.onChange(() -> listener.run());
    }

    public void start() throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), 0);
        server.createContext("/", endpoint);
        server.setExecutor(requests);
        server.start();
    }

    /** Root of the Graph API, to which the hub adds version and path. */
    public URI graphUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Does what saving the callback URL in the app dashboard does.
     *
     * @throws IOException if the hub does not give the challenge back
     */
    public void subscribe(URI webhook) throws IOException, InterruptedException {
        webhooks.handshake(webhook, account.verifyToken());
        listener.run();
    }

    public boolean isSubscribed() {
        return webhooks.isConnected();
    }

    public SimulatedAccount account() {
        return account;
    }

    public void add(SimulatedCustomer customer) {
        phones.add(customer);
    }

    /** Puts a message into both phones as it was {@code age} ago, before the hub existed: only history import brings it. */
    public String addPast(
            String customerId, Bubble.Side side, Duration age, String type, JsonNode content) {
        SimulatedCustomer customer = phones.customer(customerId);
        String wamid = Wamids.next(customer.address(), side == Bubble.Side.CUSTOMER);
        phones.append(
                customerId, Bubble.past(wamid, side, clock.instant().minus(age), type, content));
        return wamid;
    }

    /** Stores media bytes as if uploaded and returns the object that a message of a media type carries. */
    public ObjectNode addMedia(byte[] bytes, String mimeType) {
        MediaShelf.Item item = media.add(mimeType, bytes);
        return payloads.object()
                .put("id", item.id())
                .put("mime_type", mimeType)
                .put("sha256", item.sha256());
    }

    public CustomerPhone phoneOf(String customerId) {
        return new CustomerPhone(
                phones.customer(customerId),
                phones,
                payloads,
                webhooks,
                limits,
                media,
                courier,
                clock);
    }

    public BusinessApp app() {
        return app;
    }

    /** Local name of the customer in whose chat the message is. */
    public Optional<String> customerOf(String wamid) {
        return phones.find(wamid).map(found -> found.customer().id());
    }

    /** The customer whom a send to this phone number or business-scoped id reaches. */
    public Optional<SimulatedCustomer> customerAt(String address) {
        return phones.byAddress(address);
    }

    /** The bytes behind a media id. */
    public Optional<byte[]> media(String mediaId) {
        return media.find(mediaId).map(MediaShelf.Item::bytes);
    }

    public List<Chat> chats() {
        return phones.view(clock.instant());
    }

    /** Every send that Graph accepted, oldest first. */
    public List<AcceptedSend> accepted() {
        return sends.accepted();
    }

    /** The latest tries to hand webhooks over, oldest first. */
    public List<WebhookAttempt> attempts() {
        return webhooks.attempts();
    }

    /** As if 24 hours had gone by since the customer last wrote. */
    public void closeWindow(String customerId) {
        phones.closeWindow(customerId, clock.instant());
    }

    /** The account's message templates, as Graph lists them. */
    public List<JsonNode> templates() {
        return templates.all();
    }

    /** Gives a template another status, such as PAUSED, and tells the hub. */
    public void templateStatus(String name, String language, String status) {
        update("message_template_status_update", templates.status(name, language, status));
    }

    public Misbehaviour misbehaviour() {
        return misbehaviour;
    }

    public void misbehave(Misbehaviour next) {
        misbehaviour = next;
        listener.run();
    }

    /** The next {@code times} sends meet this fault, whatever the lasting setting. */
    public void failNext(GraphFault fault, int times) {
        synchronized (nextFaults) {
            nextFaults.addAll(Collections.nCopies(times, fault));
        }
    }

    /** Sends any other update, e.g. {@code account_update}; common members of the value are the caller's. */
    public void update(String field, ObjectNode value) {
        webhooks.enqueue(new Payloads.Change(field, value, field));
    }

    /** Posts exactly these bytes with a valid signature, and tries again as with any other webhook. */
    public void post(byte[] body) {
        webhooks.post(body, "raw");
    }

    /** Called after every change of a chat or a setting, on the thread that made it. */
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    private GraphFault nextFault() {
        synchronized (nextFaults) {
            return nextFaults.isEmpty() ? misbehaviour.network() : nextFaults.removeFirst();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        webhooks.close();
        if (server != null) {
            server.stop(0);
        }
        requests.shutdownNow();
    }
}
