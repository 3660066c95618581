package org.coexhub.outbound.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.WabaId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Stores templates. A webhook that came after a fetch had begun stays: the list may have been read before the change
 * that the webhook tells.
 */
@Repository
class TemplateStore {

    private static final String FIND =
            "SELECT * FROM template WHERE waba_id = :account AND name = :name AND language ="
                    + " :language";

    private static final String LANGUAGES =
            "SELECT language FROM template WHERE waba_id = :account AND name = :name ORDER BY"
                    + " language";

    private static final String LIST =
            "SELECT * FROM template WHERE waba_id = :account ORDER BY name, language";

    private static final String INSERT =
            """
            INSERT INTO template (waba_id, name, language, status, changed_at)
            VALUES (:account, :name, :language, :status, :at) ON CONFLICT DO NOTHING
            """;

    private static final String FETCHED =
            """
            UPDATE template SET template_id = :id, status = :status, category = :category, quality = :quality,
                named = :named, components = :components, changed_at = :at, reason = CASE WHEN status = :status THEN reason END
            WHERE waba_id = :account AND name = :name AND language = :language AND changed_at <= :at
            """;

    private static final String REMOVE =
            """
            DELETE FROM template
            WHERE waba_id = :account AND name = :name AND language = :language AND changed_at <= :at
            """;

    private static final String TOLD =
            """
            UPDATE template SET status = COALESCE(:status, status), category = COALESCE(:category, category),
                quality = COALESCE(:quality, quality), reason = CASE WHEN :status IS NULL THEN reason ELSE :reason END,
                components = CASE WHEN :changed THEN NULL ELSE components END, changed_at = :at
            WHERE waba_id = :account AND name = :name AND language = :language
            """;

    private static final int NAME = 512;
    private static final int WORD = 64;
    private static final int REASON = 1000;

    private final JdbcClient jdbc;
    private final ObjectMapper json = new ObjectMapper();

    TemplateStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a webhook or a refused send tells of one template.
     *
     * @param status null when it says nothing of it; so category and quality
     * @param contentChanged its components are no longer known
     */
    record News(
            String name,
            String language,
            String status,
            String reason,
            String category,
            String quality,
            boolean contentChanged) {}

    Optional<Template> find(WabaId account, String name, String language) {
        return jdbc.sql(FIND)
                .param("account", account.value())
                .param("name", name)
                .param("language", language)
                .query(this::read)
                .optional();
    }

    List<String> languages(WabaId account, String name) {
        return jdbc.sql(LANGUAGES)
                .param("account", account.value())
                .param("name", name)
                .query(String.class)
                .list();
    }

    List<Template> list(WabaId account) {
        return jdbc.sql(LIST).param("account", account.value()).query(this::read).list();
    }

    /** Takes a whole list over; what is not in it is gone. */
    @Transactional
    void replace(WabaId account, List<Template> fetched, Instant begun) {
        OffsetDateTime at = SqlTimes.at(begun);
        Set<String> kept = new HashSet<>();
        for (Template template : fetched) {
            if (!canBeKept(template.name(), template.language())) {
                continue;
            }
            kept.add(key(template));
            insert(account, template.name(), template.language(), template.status(), at);
            jdbc.sql(FETCHED)
                    .param("account", account.value())
                    .param("name", template.name())
                    .param("language", template.language())
                    .param("id", fits(template.id(), WORD) ? template.id() : null)
                    .param("status", cut(template.status(), WORD))
                    .param("category", cut(template.category(), WORD))
                    .param("quality", cut(template.quality(), WORD))
                    .param("named", template.named())
                    .param("components", write(template.components()))
                    .param("at", at)
                    .update();
        }
        for (Template stored : list(account)) {
            if (!kept.contains(key(stored))) {
                jdbc.sql(REMOVE)
                        .param("account", account.value())
                        .param("name", stored.name())
                        .param("language", stored.language())
                        .param("at", at)
                        .update();
            }
        }
    }

    /** Runs in the caller's transaction. */
    void tell(WabaId account, News news, Instant now) {
        if (!canBeKept(news.name, news.language)) {
            return;
        }
        if (news.status != null) {
            insert(account, news.name, news.language, news.status, SqlTimes.at(now));
        }
        jdbc.sql(TOLD)
                .param("account", account.value())
                .param("name", news.name)
                .param("language", news.language)
                .param("status", cut(news.status, WORD), java.sql.Types.VARCHAR)
                .param("reason", cut(news.reason, REASON), java.sql.Types.VARCHAR)
                .param("category", cut(news.category, WORD), java.sql.Types.VARCHAR)
                .param("quality", cut(news.quality, WORD), java.sql.Types.VARCHAR)
                .param("changed", news.contentChanged)
                .param("at", SqlTimes.at(now))
                .update();
    }

    /** A template of another name can be neither found nor sent. */
    private static boolean canBeKept(String name, String language) {
        return fits(name, NAME) && fits(language, WORD);
    }

    private static boolean fits(String text, int most) {
        return text != null && text.length() <= most && text.indexOf('\0') < 0;
    }

    private static String cut(String text, int most) {
        return text == null || fits(text, most)
                ? text
                : text.substring(0, Math.min(text.length(), most)).replace("\0", "");
    }

    private void insert(
            WabaId account, String name, String language, String status, OffsetDateTime at) {
        jdbc.sql(INSERT)
                .param("account", account.value())
                .param("name", name)
                .param("language", language)
                .param("status", cut(status, WORD))
                .param("at", at)
                .update();
    }

    private Template read(ResultSet row, int number) throws SQLException {
        String components = row.getString("components");
        try {
            return new Template(
                    row.getString("template_id"),
                    row.getString("name"),
                    row.getString("language"),
                    row.getString("status"),
                    row.getString("reason"),
                    row.getString("category"),
                    row.getString("quality"),
                    row.getBoolean("named"),
                    components == null ? null : json.readTree(components));
        } catch (JsonProcessingException e) {
            throw new SQLException(
                    "template " + row.getString("name") + ": column components is not JSON", e);
        }
    }

    private String write(JsonNode components) {
        try {
            return components == null ? null : json.writeValueAsString(components);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String key(Template template) {
        return template.name() + " " + template.language();
    }
}
