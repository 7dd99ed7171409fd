"""The normal distribution, which the Array API standard leaves out."""

from math import pi, sqrt

from ..backends import Array, namespace

# Chebyshev coefficients in c = 2 t - 1 of P(t) = log(erfc(x) / t) + x^2 with t = 2 / (2 + x), x >= 0: the form of
# Press et al., "Numerical Recipes", 3rd ed., section 6.2.2. Interpolated at 40 nodes in 50-digit arithmetic.
_ERFC = (
    -1.3026537197817094342, 0.6419697923564902603, 0.019476473204185836312, -0.0095615147868086316419,
    -9.465953444820368663e-4, 3.6683949785276145187e-4, 4.2523324806907771645e-5, -2.0278578112534243154e-5,
    -1.6242900046470255135e-6, 1.3036558355805232018e-6, 1.5626441722066143178e-8, -8.5238095914926542525e-8,
    6.5290544390988514964e-9, 5.0593434955514689418e-9, -9.9136415649303308674e-10, -2.2736512229318358557e-10,
    9.646791102015526802e-11, 2.3940380830391147447e-12, -6.8860275264975533984e-12, 8.9448792730907257167e-13,
    3.1309213993429580783e-13, -1.1270822361367252365e-13, 3.8109052551892320678e-16, 7.1060976136092369431e-15,
    -1.5230282014571041472e-15, -9.4574945712912544535e-17, 1.2102371892242730222e-16,
)  # fmt: skip


def normal_cdf(z: Array) -> Array:
    """``P(Z <= z)`` for a standard normal ``Z``, to ``3 + z^2 / 2`` units in the last place of the data type.

    That holds of the lower tail too, which is no difference of two numbers near 1; the ``z^2 / 2`` is what rounding
    ``z^2`` costs any formula with ``e^(-z^2 / 2)``.

    Examples
    --------
    >>> import numpy as np
    >>> normal_cdf(np.array([-1.96, 0., 1.96])).round(4)
    array([0.025, 0.5  , 0.975])
    """
    xp = namespace(z)
    x = xp.abs(z) * sqrt(0.5)
    t = 2.0 / (2.0 + x)
    c = 2.0 * t - 1.0
    b = after = 0.0 * x
    for coefficient in reversed(_ERFC[1:]):  # Clenshaw's sum of a Chebyshev series
        b, after = 2.0 * c * b - after + coefficient, b
    tail = 0.5 * t * xp.exp(c * b - after + 0.5 * _ERFC[0] - 0.5 * z * z)  # = erfc(|z| / sqrt 2) / 2
    return xp.where(z < 0, tail, 1.0 - tail)


def normal_pdf(z: Array) -> Array:
    """``e^(-z^2 / 2) / sqrt(2 pi)``, the derivative of :func:`normal_cdf`.

    Examples
    --------
    >>> import numpy as np
    >>> normal_pdf(np.array([0.])).round(4)
    array([0.3989])
    """
    return namespace(z).exp(-0.5 * z * z) / sqrt(2.0 * pi)
