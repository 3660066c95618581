package org.coexhub.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One format for all sources; {@code mvn test -Dtest=FormattingTest -Dformat=apply} puts it right. */
class FormattingTest {

    private final Formatter formatter =
            new Formatter(
                    JavaFormatterOptions.builder()
                            .style(JavaFormatterOptions.Style.AOSP)
                            .formatJavadoc(false)
                            .build());

    @Test
    void everySourceFileIsFormatted() throws Exception {
        var unformatted = new ArrayList<Path>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            String formatted = formatted(source);
            if (!formatted.equals(source)) {
                unformatted.add(file);
                if ("apply".equals(System.getProperty("format"))) {
                    // Twice: strings that were broken up get their indent in the second round.
                    Files.writeString(file, formatted(formatted));
                }
            }
        }
        if (!"apply".equals(System.getProperty("format"))) {
            assertThat(unformatted)
                    .as(
                            "not formatted; mvn test -Dtest=FormattingTest -Dformat=apply puts it"
                                    + " right")
                    .isEmpty();
        }
    }

    private String formatted(String source) throws FormatterException {
        return formatter.formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(source));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }
}
