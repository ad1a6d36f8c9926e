import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Runs one Elasticsearch node in the foreground until the process is told to end.
 * For development and tests; production uses the official distribution.
 */
public final class SearchNode {
    private SearchNode() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: SearchNode HOME");
            System.exit(64);
        }
        LogConfigurator.configureESLogging(); // server classes log while they load: this comes first
        Environment environment = environmentIn(Path.of(args[0]).toAbsolutePath());
        Node node = new Node(environment, pluginsOf(environment));
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, ended), "close-node"));
        node.start();
        ended.await();
    }

    private static Environment environmentIn(Path home) {
        Settings settings = Settings.builder().put("path.home", home).build();
        return InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "convoy");
    }

    private static PluginsLoader pluginsOf(Environment environment) {
        return PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false);
    }

    private static void close(Node node, CountDownLatch ended) {
        try {
            node.close();
        } catch (IOException failure) {
            failure.printStackTrace();
        } finally {
            ended.countDown();
        }
    }
}
