"""What may stand in a formula beside building blocks: elements, and abbreviations of chemistry."""

from __future__ import annotations

from typing import Final

# D and T are isotopes of hydrogen that have letters of their own.
_ELEMENTS: Final = """
    H D T He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As
    Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb
    Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk
    Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""
ELEMENTS: Final = frozenset(_ELEMENTS.split())

_NONMETALS: Final = "H D T He B C N O F Ne Si P S Cl Ar As Se Br Kr Te I Xe At Rn"
NONMETALS: Final = frozenset(_NONMETALS.split())

# Groups stay whole in a balance; their atoms count in a sum formula only.
GROUPS: Final = {
    "OAc": "C2H3O2",
    "OPiv": "C5H9O2",
    "OBz": "C7H5O2",
    "OTFA": "C2F3O2",
    "OTf": "CF3SO3",
    "OTs": "C7H7SO3",
    "Me": "CH3",
    "Et": "C2H5",
    "nPr": "C3H7",
    "iPr": "C3H7",
    "nBu": "C4H9",
    "iBu": "C4H9",
    "sBu": "C4H9",
    "tBu": "C4H9",
    "Bu": "C4H9",
    "Cy": "C6H11",
    "Ph": "C6H5",
    "Bn": "C7H7",
    "Cp*": "C10H15",
    "Cp": "C5H5",
    "acac": "C5H7O2",
    "hfac": "C5HF6O2",
    "dbm": "C15H11O2",
    "tta": "C8H4F3O2S",
    "thd": "C11H19O2",
    "DMF": "C3H7NO",
    "DMA": "C4H9NO",
    "DMSO": "C2H6OS",
    "THF": "C4H8O",
    "py": "C5H5N",
    "bpy": "C10H8N2",
    "phen": "C12H8N2",
    "terpy": "C15H11N3",
    "en": "C2H8N2",
    "dien": "C4H13N3",
    "trien": "C6H18N4",
    "tren": "C6H18N4",
    "tmeda": "C6H16N2",
    "edta": "C10H12N2O8",
    "salen": "C16H14N2O2",
    "ox": "C2O4",
    "cod": "C8H12",
    "dppe": "C26H24P2",
    "dppp": "C27H26P2",
}

# The same group under another name, in any place of a formula.
SAME_GROUP: Final = {
    "AcO": "OAc",
    "PivO": "OPiv",
    "BzO": "OBz",
    "TfO": "OTf",
    "TsO": "OTs",
    "dmf": "DMF",
    "dmso": "DMSO",
    "thf": "THF",
    "bipy": "bpy",
    "tpy": "terpy",
    "dpm": "thd",
}

# Written out, where nothing else stands within the brackets or in the formula.
WRITTEN_OUT: Final = {
    **dict.fromkeys(("CH3COO", "CH3CO2", "O2CCH3", "OOCCH3", "OCOCH3", "O2CMe", "MeCO2"), "OAc"),
    **dict.fromkeys(("MeCOO", "C2H3O2"), "OAc"),
    **dict.fromkeys(("CH3COOH", "CH3CO2H", "MeCOOH", "C2H4O2", "HOAc"), "AcOH"),
    **dict.fromkeys(("CF3COO", "CF3CO2", "O2CCF3", "OOCCF3"), "OTFA"),
    **dict.fromkeys(("CF3SO3", "SO3CF3", "O3SCF3"), "OTf"),
    **dict.fromkeys(("CH3O", "OCH3"), "OMe"),
    **dict.fromkeys(("CH3OH", "HOCH3", "CH4O", "HOMe"), "MeOH"),
    **dict.fromkeys(("C2H5O", "OC2H5", "CH3CH2O", "OCH2CH3"), "OEt"),
    **dict.fromkeys(("C2H5OH", "CH3CH2OH"), "EtOH"),
    **dict.fromkeys(("CH3CN", "NCCH3", "NCMe"), "MeCN"),
    **dict.fromkeys(("C5H7O2",), "acac"),
    **dict.fromkeys(("C5H5N",), "py"),
    **dict.fromkeys(("(CH3)2NCHO", "HCON(CH3)2", "HCONMe2", "Me2NCHO"), "DMF"),
    **dict.fromkeys(("(CH3)2SO", "OS(CH3)2", "Me2SO", "OSMe2"), "DMSO"),
}
