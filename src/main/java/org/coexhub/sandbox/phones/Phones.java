package org.coexhub.sandbox.phones;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The chats on all phones, and what Meta knows of each: window, ticks, who is reachable. Every method is atomic. */
public final class Phones {
    public static final Duration WINDOW = Duration.ofHours(24);

    /** Where a message lives. */
    public record Found(SimulatedCustomer customer, Bubble bubble) {}

    private static final class Line {
        private final SimulatedCustomer customer;
        private final Map<String, Bubble> bubbles = new LinkedHashMap<>();
        private Instant lastInbound;
        private Instant typingUntil = Instant.MIN;
        private boolean phoneOn = true;
        private boolean offers = true;

        private Line(SimulatedCustomer customer) {
            this.customer = customer;
        }
    }

    private final Map<String, Line> chats = new LinkedHashMap<>();
    private final Map<String, Line> byWamid = new LinkedHashMap<>();
    private volatile Runnable listener = () -> {};

    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    public void add(SimulatedCustomer customer) {
        synchronized (this) {
            if (chats.containsKey(customer.id()) || byAddress(customer.address()).isPresent()) {
                throw new IllegalArgumentException("There is already a customer " + customer.id());
            }
            chats.put(customer.id(), new Line(customer));
        }
        listener.run();
    }

    public synchronized SimulatedCustomer customer(String id) {
        return chat(id).customer;
    }

    public synchronized List<SimulatedCustomer> customers() {
        return chats.values().stream().map(chat -> chat.customer).toList();
    }

    public synchronized Optional<SimulatedCustomer> byAddress(String address) {
        return chats.values().stream()
                .map(chat -> chat.customer)
                .filter(customer -> customer.answersTo(address))
                .findFirst();
    }

    public void append(String customerId, Bubble bubble) {
        synchronized (this) {
            Line chat = chat(customerId);
            chat.bubbles.put(bubble.wamid(), bubble);
            byWamid.put(bubble.wamid(), chat);
            if (bubble.side() == Bubble.Side.CUSTOMER) {
                chat.lastInbound = bubble.past() ? chat.lastInbound : bubble.at();
            } else {
                chat.typingUntil = Instant.MIN;
            }
        }
        listener.run();
    }

    /** Replaces a message by what {@code change} makes of it; nothing happens for an unknown wamid. */
    public void update(String wamid, UnaryOperator<Bubble> change) {
        synchronized (this) {
            Line chat = byWamid.get(wamid);
            if (chat == null) {
                return;
            }
            chat.bubbles.computeIfPresent(wamid, (id, bubble) -> change.apply(bubble));
        }
        listener.run();
    }

    public synchronized Optional<Found> find(String wamid) {
        return Optional.ofNullable(byWamid.get(wamid))
                .map(chat -> new Found(chat.customer, chat.bubbles.get(wamid)));
    }

    /** Marking one message read marks the earlier ones of that side too. */
    public List<Bubble> readUpTo(String wamid, boolean fromCustomer) {
        List<Bubble> changed = new ArrayList<>();
        synchronized (this) {
            Line chat = byWamid.get(wamid);
            Instant upTo = chat.bubbles.get(wamid).at();
            chat.bubbles.replaceAll(
                    (id, bubble) -> {
                        boolean due =
                                (bubble.side() == Bubble.Side.CUSTOMER) == fromCustomer
                                        && !bubble.at().isAfter(upTo)
                                        && bubble.tick().compareTo(Bubble.Tick.READ) < 0;
                        if (!due) {
                            return bubble;
                        }
                        changed.add(bubble);
                        return bubble.ticked(Bubble.Tick.READ);
                    });
        }
        listener.run();
        return changed;
    }

    public void typing(String customerId, Instant until) {
        synchronized (this) {
            chat(customerId).typingUntil = until;
        }
        listener.run();
    }

    public void phoneOn(String customerId, boolean on) {
        synchronized (this) {
            chat(customerId).phoneOn = on;
        }
        listener.run();
    }

    public synchronized boolean isPhoneOn(String customerId) {
        return chat(customerId).phoneOn;
    }

    /** Whether the customer lets this business send promotions. */
    public void offers(String customerId, boolean wanted) {
        synchronized (this) {
            chat(customerId).offers = wanted;
        }
        listener.run();
    }

    public synchronized boolean takesOffers(String customerId) {
        return chat(customerId).offers;
    }

    public synchronized boolean isWindowOpen(String customerId, Instant now) {
        Instant last = chat(customerId).lastInbound;
        return last != null && now.isBefore(last.plus(WINDOW));
    }

    /** As if 24 hours had gone by since the customer's last message. */
    public void closeWindow(String customerId, Instant now) {
        synchronized (this) {
            chat(customerId).lastInbound = now.minus(WINDOW);
        }
        listener.run();
    }

    public synchronized List<Bubble> bubbles(String customerId) {
        return List.copyOf(chat(customerId).bubbles.values());
    }

    public synchronized List<Chat> view(Instant now) {
        Function<Line, Chat> toView =
                chat ->
                        new Chat(
                                chat.customer,
                                chat.lastInbound == null ? null : chat.lastInbound.plus(WINDOW),
                                isWindowOpen(chat.customer.id(), now),
                                chat.phoneOn,
                                chat.offers,
                                now.isBefore(chat.typingUntil),
                                List.copyOf(chat.bubbles.values()));
        return chats.values().stream().map(toView).toList();
    }

    private Line chat(String customerId) {
        Line chat = chats.get(customerId);
        if (chat == null) {
            throw new IllegalArgumentException("There is no customer " + customerId);
        }
        return chat;
    }
}
