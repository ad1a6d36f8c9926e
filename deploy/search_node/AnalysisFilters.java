import java.util.List;

import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The token filters that Convoy's mappings name. A full distribution brings them in a module that is not published
 * as an artifact; here they get the same names and defaults, so that one mapping serves both.
 */
public final class AnalysisFilters extends Plugin implements AnalysisPlugin {
    private static final boolean IN_MULTI_TERM_QUERIES = true;

    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(
            PreConfiguredTokenFilter.singleton("asciifolding", IN_MULTI_TERM_QUERIES, ASCIIFoldingFilter::new),
            PreConfiguredTokenFilter.singleton("cjk_width", IN_MULTI_TERM_QUERIES, CJKWidthFilter::new),
            PreConfiguredTokenFilter.singleton("cjk_bigram", !IN_MULTI_TERM_QUERIES, CJKBigramFilter::new),
            PreConfiguredTokenFilter.singleton("porter_stem", !IN_MULTI_TERM_QUERIES, PorterStemFilter::new));
    }
}
