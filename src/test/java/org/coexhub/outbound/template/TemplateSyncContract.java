package org.coexhub.outbound.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.graph.FakeGraph.answer;

import com.fasterxml.jackson.databind.node.MissingNode;

import org.coexhub.event.WabaId;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.template.TemplateStore.News;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;

import javax.sql.DataSource;

/** How templates come from Graph into the store; the same on every database. */
abstract class TemplateSyncContract {

    private static final WabaId ACCOUNT = new WabaId("800900");

    private final TestClock clock = new TestClock();
    private final FakeGraph meta = new FakeGraph();
    private JdbcClient jdbc;
    private TemplateStore store;
    private SyncSchedule schedule;
    private TemplateList list;
    private TemplateSync sync;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        jdbc = JdbcClient.create(freshDatabase());
        store = new TemplateStore(jdbc);
        schedule = new SyncSchedule(jdbc, clock);
        var access = new GraphSettings("token", meta.url(), "v24.0", Duration.ofSeconds(2));
        list = new TemplateList(access);
        sync =
                new TemplateSync(
                        schedule,
                        store,
                        list,
                        access,
                        new TemplateSettings(Duration.ofHours(6)),
                        clock);
        jdbc.sql("INSERT INTO business_number (number_id, waba_id) VALUES ('106', '800900')")
                .update();
    }

    @AfterEach
    void close() {
        list.close();
        meta.close();
    }

    @Test
    void takesEveryPageOfANewAccountAndThenRests() {
        meta.thenWhenAsked(page("one", "en", "cursor/1"), page("two", "pt_BR", null));

        sync.run();
        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("one", "two");
        assertThat(store.languages(ACCOUNT, "two")).containsExactly("pt_BR");
        assertThat(meta.questions()).hasSize(2);
        assertThat(meta.questions().getFirst().path()).isEqualTo("/v24.0/800900/message_templates");
        assertThat(meta.questions().getFirst().authorization()).isEqualTo("Bearer token");
        assertThat(schedule.find(ACCOUNT).orElseThrow().synced()).isEqualTo(TestClock.START);
    }

    @Test
    void keepsEverythingThatCheckingNeeds() {
        meta.thenWhenAsked(
                answer(
                        200,
                        """
                        {"data":[{"id":"7","name":"n","language":"en","status":"APPROVED","category":"MARKETING",
                        "parameter_format":"NAMED","quality_score":{"score":"GREEN"},
                        "components":[{"type":"BODY","text":"Hello {{name}}"}]}]}\
                        """));

        sync.run();

        Template template = store.find(ACCOUNT, "n", "en").orElseThrow();
        assertThat(template.isMarketing()).isTrue();
        assertThat(template.named()).isTrue();
        assertThat(template.quality()).isEqualTo("GREEN");
        assertThat(template.components().path(0).path("text").asText()).isEqualTo("Hello {{name}}");
    }

    @Test
    void aListReplacesTheOneBefore() {
        meta.thenWhenAsked(page("old", "en", null), page("new", "en", null));
        sync.run();
        clock.advance(Duration.ofHours(6));
        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("new");
    }

    @Test
    void aWebhookDuringTheFetchOverrulesTheList() {
        meta.thenWhenAsked(
                exchange -> {
                    clock.advance(Duration.ofSeconds(1));
                    store.tell(ACCOUNT, news("one", "PAUSED"), clock.instant());
                    page("one", "en", null).answer(exchange);
                });

        sync.run();

        assertThat(store.find(ACCOUNT, "one", "en").orElseThrow().status()).isEqualTo("PAUSED");
    }

    @Test
    void wordsThatNoColumnTakesAreCutAndNamesLeftOut() {
        String word = "W".repeat(3000);
        String entry =
                "{'id':'%s','name':'%s','language':'%s','status':'%s','category':'%s','quality_score':{'score':'%s'},'components':[]}";
        meta.thenWhenAsked(
                answer(
                        200,
                        ("{'data':["
                                        + entry.formatted(word, "n", "en", word, word, word)
                                        + ","
                                        + entry.formatted("8", word, "en", "APPROVED", "", "")
                                        + ","
                                        + entry.formatted("9", "n", word, "APPROVED", "", "")
                                        + "]}")
                                .replace('\'', '"')));

        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("n");
        Template fetched = store.find(ACCOUNT, "n", "en").orElseThrow();
        assertThat(fetched.status()).hasSize(64);
        assertThat(fetched.id()).isNull();

        clock.advance(Duration.ofSeconds(1));
        store.tell(ACCOUNT, new News("n", "en", word, word, word, word, false), clock.instant());
        store.tell(ACCOUNT, new News(word, "en", word, word, word, word, false), clock.instant());
        store.tell(ACCOUNT, new News("n", word, word, word, word, word, false), clock.instant());

        assertThat(store.list(ACCOUNT)).hasSize(1);
        assertThat(store.find(ACCOUNT, "n", "en").orElseThrow().reason()).hasSize(1000);
    }

    @Test
    void whatGraphRefusesChangesNothingAndIsTriedAgain() {
        meta.thenWhenAsked(
                page("one", "en", null), FakeGraph.error(400, 80007), answer(200, "rubbish"));
        sync.run();
        clock.advance(Duration.ofHours(6));
        sync.run();
        assertThat(schedule.find(ACCOUNT).orElseThrow().failed()).isEqualTo(clock.instant());
        assertThat(store.list(ACCOUNT)).hasSize(1);

        clock.advance(Duration.ofMinutes(5));
        sync.run();
        meta.thenWhenAsked(page("two", "en", null));
        clock.advance(Duration.ofMinutes(5));
        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("two");
        assertThat(schedule.find(ACCOUNT).orElseThrow().failed()).isNull();
    }

    @Test
    void anAccountThatCannotBeFetchedHoldsUpNoOther() {
        jdbc.sql("INSERT INTO business_number (number_id, waba_id) VALUES ('107', '800901')")
                .update();
        meta.thenWhenAsked(FakeGraph.error(400, 100), page("other", "en", null));

        sync.run();

        assertThat(meta.questions()).hasSize(2);
    }

    /** Or commands would wait for it in short steps, without end. */
    @Test
    void aListThatTheStoreCannotHoldCountsAsRefusedAndHoldsUpNoOther() {
        jdbc.sql("INSERT INTO business_number (number_id, waba_id) VALUES ('107', '800901')")
                .update();
        jdbc.sql("ALTER TABLE template ADD CONSTRAINT odd CHECK (name <> 'odd')").update();
        meta.thenWhenAsked(page("odd", "en", null), page("other", "en", null));

        sync.run();

        assertThat(meta.questions()).hasSize(2);
        assertThat(schedule.find(ACCOUNT).orElseThrow().failed()).isEqualTo(clock.instant());
        assertThat(schedule.find(new WabaId("800901")).orElseThrow().synced())
                .isEqualTo(clock.instant());
    }

    @Test
    void ofTwoNodesOneFetches() {
        assertThat(schedule.due()).containsExactly(ACCOUNT);

        assertThat(schedule.claim(ACCOUNT)).isTrue();
        assertThat(schedule.claim(ACCOUNT)).isFalse();
    }

    @Test
    void aHintFetchesAnewHoweverSoonTheNextFetchIsDue() {
        meta.thenWhenAsked(page("one", "en", null), page("two", "en", null));
        sync.run();
        clock.advance(Duration.ofHours(6).minusMinutes(1));

        schedule.soon(ACCOUNT, clock.instant());
        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("two");
    }

    @Test
    void aHintDuringAFetchIsFollowedByAnother() {
        meta.thenWhenAsked(
                exchange -> {
                    clock.advance(Duration.ofSeconds(1));
                    schedule.soon(ACCOUNT, clock.instant());
                    assertThat(schedule.due()).as("while it lasts").isEmpty();
                    page("one", "en", null).answer(exchange);
                },
                page("two", "en", null));
        sync.run();
        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("one");

        sync.run();
        sync.run();

        assertThat(store.list(ACCOUNT)).extracting(Template::name).containsExactly("two");
        assertThat(meta.questions()).hasSize(2);
    }

    @Test
    void aFetchThatNeverReportsBackIsFollowedByAnother() {
        assertThat(schedule.due()).containsExactly(ACCOUNT);
        assertThat(schedule.claim(ACCOUNT)).isTrue();

        clock.advance(Duration.ofMinutes(2));
        HeldRows.age(jdbc, "template_sync", Duration.ofMinutes(2));

        assertThat(schedule.due()).containsExactly(ACCOUNT);
        assertThat(schedule.claim(ACCOUNT)).isTrue();
    }

    @Test
    void newsOfAKnownTemplateChangeWhatTheyTell() {
        meta.thenWhenAsked(page("one", "en", null));
        sync.run();
        var category = new News("one", "en", null, null, "UTILITY", null, false);
        store.tell(ACCOUNT, category, clock.instant());
        store.tell(ACCOUNT, news("one", "PAUSED"), clock.instant());
        var content = new News("one", "en", null, null, null, "RED", true);
        store.tell(ACCOUNT, content, clock.instant());

        Template template = store.find(ACCOUNT, "one", "en").orElseThrow();
        assertThat(template.category()).isEqualTo("UTILITY");
        assertThat(template.status()).isEqualTo("PAUSED");
        assertThat(template.reason()).isEqualTo("QUALITY");
        assertThat(template.quality()).isEqualTo("RED");
        assertThat(template.components()).isNull();
        assertThat(TemplateCheck.faultIn(template, MissingNode.getInstance()))
                .as("unknown content is not judged")
                .isEmpty();
    }

    private static News news(String name, String status) {
        return new News(name, "en", status, "QUALITY", null, null, false);
    }

    private static FakeGraph.Behaviour page(String name, String language, String after) {
        String paging =
                after == null
                        ? "{\"cursors\":{\"before\":\"b\",\"after\":\"last\"}}"
                        : "{\"cursors\":{\"after\":\"%s\"},\"next\":\"https://elsewhere.example/\"}"
                                .formatted(after);
        return answer(
                200,
                """
                {"data":[{"id":"1","name":"%s","language":"%s","status":"APPROVED","category":"UTILITY",
                "components":[{"type":"BODY","text":"Hello {{1}}"}]}],"paging":%s}\
                """
                        .formatted(name, language, paging));
    }
}
