package org.coexhub.routes;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.platform.settings.OwnRouteFiles;
import org.coexhub.platform.settings.SettingFaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads the route files in the order that loses nothing: shared error handling, then destinations (so that the router
 * knows all of them), then commands and sending, then the event router, and the webhook entrance last.
 *
 * <p>Without the hub's own routes there is no hub, so one that does not load stops the start. A destination or command
 * source that does not load is reported with file and line, and everything else runs.
 */
@Component
public class RouteFiles implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final Pattern LINE =
            Pattern.compile("line (?<parser>\\d+)|\\.ya?ml:(?<source>\\d+)");
    private static final Pattern ENDPOINT =
            Pattern.compile("(?:found for|resolve endpoint): ([a-z][a-z0-9+-]*):");
    private final CamelContext context;
    private final HubSettings settings;
    private final DestinationCatalogue catalogue;
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private volatile boolean loaded;

    RouteFiles(CamelContext context, HubSettings settings, DestinationCatalogue catalogue) {
        this.context = context;
        this.settings = settings;
        this.catalogue = catalogue;
    }

    /** @param line 0 where the fault belongs to no single line */
    public record Problem(String file, int line, String fault) {}

    /** Files that did not load. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** True once webhooks are taken. */
    public boolean loaded() {
        return loaded;
    }

    /** Runs when Camel has started and before the hub calls itself ready. */
    @Override
    public void run(ApplicationArguments arguments) {
        Path folder = settings.routesDir();
        OwnRouteFiles.BEFORE.forEach(name -> loadOwn(folder.resolve(name)));
        yamlIn(folder.resolve("destinations")).forEach(file -> loadForeign(file));
        yamlIn(folder.resolve("commands")).forEach(file -> loadForeign(file));
        OwnRouteFiles.AFTER.forEach(name -> loadOwn(folder.resolve(name)));
        loaded = true;
        LOG.info(
                "Webhooks are taken; {} routes run, {} files do not load",
                context.getRoutesSize(),
                problems.size());
    }

    private void loadOwn(Path file) {
        try {
            load(file);
        } catch (Exception | LinkageError | ServiceConfigurationError e) {
            throw new SettingFaultException(
                    "The hub cannot run without its own route file "
                            + file
                            + ", which does not load: "
                            + fault(e));
        }
    }

    private void loadForeign(Path file) {
        Set<String> routesBefore = routeIds();
        Set<String> destinationsBefore = destinationNames();
        catalogue.loading(file);
        try {
            load(file);
        } catch (Exception | LinkageError | ServiceConfigurationError e) {
            remove(routesBefore);
            var declared = destinationNames();
            declared.removeAll(destinationsBefore);
            catalogue.withdraw(declared);
            catalogue.keepGathering(file);
            var problem = new Problem(file.toString(), line(file, e), fault(e));
            problems.add(problem);
            LOG.error(
                    "Route file {} line {} does not load, all others run: {}",
                    problem.file,
                    problem.line,
                    problem.fault);
        } finally {
            catalogue.loading(null);
        }
    }

    private void load(Path file) throws Exception {
        var resource =
                ResourceHelper.resolveMandatoryResource(context, "file:" + file.toAbsolutePath());
        for (RoutesBuilder builder :
                PluginHelper.getRoutesLoader(context).findRoutesBuilders(List.of(resource))) {
            if (builder instanceof RouteConfigurationsBuilder shared) {
                context.addRoutesConfigurations(shared);
            }
            if (builder instanceof RouteBuilder routes) {
                refuseTakenIds(routes);
            }
            context.addRoutes(builder);
        }
    }

    /** Camel would put the new route in the place of the one that has the id, and so stop a route that works. */
    private void refuseTakenIds(RouteBuilder builder) throws Exception {
        for (RouteDefinition route : builder.configureRoutes(context).getRoutes()) {
            if (route.getId() != null && context.getRoute(route.getId()) != null) {
                throw new IllegalArgumentException(
                        "line "
                                + route.getLineNumber()
                                + ": another file has a route '"
                                + route.getId()
                                + "'; give this one an id of its own");
            }
        }
    }

    private void remove(Set<String> keep) {
        for (String id : routeIds()) {
            if (!keep.contains(id)) {
                try {
                    context.getRouteController().stopRoute(id);
                    context.removeRoute(id);
                } catch (Exception | LinkageError e) {
                    LOG.warn(
                            "Route {} of a file that does not load could not be taken back: {}",
                            id,
                            e.getMessage());
                }
            }
        }
    }

    private Set<String> routeIds() {
        return context.getRoutes().stream()
                .map(Route::getId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> destinationNames() {
        return catalogue.declaredHere();
    }

    private static List<Path> yamlIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            f -> f.toString().endsWith(".yaml") || f.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** The message of a {@link LinkageError} is the mere name of a class. */
    private static String message(Throwable t) {
        return t instanceof LinkageError
                ? t.getClass().getSimpleName()
                        + ": "
                        + t.getMessage()
                        + "; a connector's jar is broken, or lacks one that it needs"
                : t.getMessage();
    }

    private static String fault(Throwable e) {
        var messages = new ArrayList<String>();
        for (Throwable t = e;
                t != null && messages.size() < 4;
                t = t.getCause() == t ? null : t.getCause()) {
            if (t.getMessage() != null) {
                String first = message(t).lines().findFirst().orElse("").strip();
                if (!first.isEmpty() && messages.stream().noneMatch(m -> m.contains(first))) {
                    messages.add(first);
                }
            }
        }
        return messages.isEmpty() ? e.getClass().getSimpleName() : String.join(": ", messages);
    }

    /** The parser names the line; for a fault in an endpoint it is the line where the endpoint's scheme stands. */
    private static int line(Path file, Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause() == t ? null : t.getCause()) {
            Matcher matcher = LINE.matcher(String.valueOf(t.getMessage()));
            if (matcher.find()) {
                return Integer.parseInt(
                        matcher.group("parser") == null
                                ? matcher.group("source")
                                : matcher.group("parser"));
            }
        }
        return lineOfEndpoint(file, e);
    }

    private static int lineOfEndpoint(Path file, Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause() == t ? null : t.getCause()) {
            Matcher endpoint = ENDPOINT.matcher(String.valueOf(t.getMessage()));
            if (endpoint.find()) {
                return lineWith(file, endpoint.group(1) + ":");
            }
        }
        return 0;
    }

    private static int lineWith(Path file, String text) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains(text)) {
                    return i + 1;
                }
            }
            return 0;
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
