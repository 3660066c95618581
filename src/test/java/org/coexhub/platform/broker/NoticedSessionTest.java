package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Session;

import org.junit.jupiter.api.Test;
import org.springframework.jms.connection.JmsResourceHolder;

import java.lang.reflect.Proxy;

class NoticedSessionTest {

    private final Session real =
            (Session)
                    Proxy.newProxyInstance(
                            Session.class.getClassLoader(),
                            new Class<?>[] {Session.class},
                            (proxy, method, arguments) -> null);

    @Test
    void isFoundAmongTheBoundSessionsSoThatNobodyElseCommitsIt() {
        var noticed = new NoticedSession(real, null, new GroupTurns().turn());

        assertThat(new JmsResourceHolder(noticed.session()).containsSession(noticed.session()))
                .isTrue();
        assertThat(noticed.session())
                .isNotEqualTo(new NoticedSession(real, null, new GroupTurns().turn()).session());
    }

    @Test
    void noticesASendSinceTheMark() throws Exception {
        var noticed = new NoticedSession(real, null, new GroupTurns().turn());
        noticed.mark();
        noticed.session().createBytesMessage();
        assertThat(noticed.hasSent()).isFalse();

        noticed.session().createProducer(null);
        assertThat(noticed.hasSent()).isTrue();

        noticed.mark();
        assertThat(noticed.hasSent()).isFalse();
    }
}
