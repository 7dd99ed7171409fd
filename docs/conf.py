"""The site: ``nox -s docs`` builds it, with warnings as errors and without a network."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent / "examples")]

import xnn  # noqa: E402  (after the path)

project, author, release = "xnn", "the xnn developers", xnn.__version__
copyright = author
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "matplotlib.sphinxext.plot_directive",
    "numpydoc",
    "myst_parser",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "notebooks",
    "pages",
    "pictures",
]
exclude_patterns = ["_build", "codes", "files", "gallery/README.rst"]
nitpicky = True  # a name that a docstring points to exists
suppress_warnings = ["config.cache"]  # sphinx-gallery's options hold a function

# Reading needs no network: the theme brings all that it uses, and formulas are MathML.
html_theme = "furo"
html_title = f"xnn {release}"
html_static_path = ["_static"]
html_css_files = ["xnn.css"]
html_math_renderer = "mathml"
html_copy_source = False

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

plot_formats = [("png", 110)]
plot_html_show_source_link = plot_html_show_formats = False

autosummary_generate = False
autodoc_member_order = "groupwise"
autodoc_typehints = "none"  # the docstrings say them, with shapes
numpydoc_show_class_members = False
numpydoc_xref_param_type = False


def pictures(block, variables, config):
    """Take the pictures that an example has saved, which draws without pyplot."""
    from sphinx_gallery.scrapers import figure_rst

    paths = []
    for drawn in sorted((Path(config["src_dir"]).parent / "examples" / "output").glob("*.png")):
        path = Path(next(variables["image_path_iterator"])).with_suffix(".png")
        drawn.replace(path)
        paths.append(str(path))
    return figure_rst(paths, config["src_dir"])


def arguments(config, variables):
    """Have the longest examples run for a shorter time here than by hand."""
    name = Path(variables["src_file"]).name
    shorter = {"case0": ["--epochs", "60"], "case4": ["--seeds", "20"]}
    return ["--output", "output", *next((words for case, words in shorter.items() if name.startswith(case)), [])]


sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"(case[0234]|conjugate)_",  # case 1 needs the images of MNIST
    "ignore_pattern": r"_common\.py|/output/",
    "image_scrapers": (pictures,),
    "reset_argv": arguments,
    "reset_modules": (),
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 10**6,
    "write_computation_times": False,
    "remove_config_comments": True,
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
}
