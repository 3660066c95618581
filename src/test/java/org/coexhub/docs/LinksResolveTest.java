package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Every relative link of README and docs leads to a file, and every anchor to a heading. */
class LinksResolveTest {

    private static final Pattern LINK =
            Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");

    @Test
    void everyRelativeLinkResolves() throws IOException {
        var broken = new ArrayList<String>();
        for (Path page : Pages.all()) {
            for (String link : links(page)) {
                if (!resolves(page, link)) {
                    broken.add(page + " → " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""))
                .results()
                .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    private static boolean resolves(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path parent = page.getParent() == null ? Path.of("") : page.getParent();
        Path target = parts[0].isEmpty() ? page : parent.resolve(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || anchors(target).contains(parts[1]);
    }

    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{Alnum} _-]", "").replace(' ', '-'))
                .toList();
    }
}
