"""What is sold, where, and in what condition. Invented, but shaped like the real thing, awkward titles included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True)
class Item:
    """
    A thing that can be sold many times; *retail* in US cents.
    """

    kind: str
    title: str
    brand: str
    level1: str
    level2: str
    retail: int


@dataclass(frozen=True)
class Place:
    """
    A warehouse in a metro; *tax* in percent.
    """

    id: int
    name: str
    metro_id: int
    metro: str
    timezone: str
    address: str
    city: str
    state: str
    zip_code: int
    tax: float


PLACES = (
    Place(11, "Dean Martin", 1, "Las Vegas, NV", "America/Los_Angeles", "7440 Example Dr", "Las Vegas", "NV", 89139, 8.38),
    Place(12, "Cheyenne", 1, "Las Vegas, NV", "America/Los_Angeles", "2120 Sample Ave", "North Las Vegas", "NV", 89032, 8.38),
    Place(21, "Phoenix", 2, "Phoenix, AZ", "America/Phoenix", "4120 Specimen St", "Phoenix", "AZ", 85043, 8.6),
    Place(22, "Mesa", 2, "Phoenix, AZ", "America/Phoenix", "310 Pattern Rd", "Mesa", "AZ", 85210, 8.3),
    Place(51, "Katy", 5, "Houston, TX", "America/Chicago", "19 Model Fwy", "Katy", "TX", 77449, 8.25),
    Place(61, "King of Prussia", 6, "Philadelphia, PA", "America/New_York", "5 Trial Blvd", "Bridgeport", "PA", 19405, 6.0),
    Place(71, "Denver", 7, "Denver, CO", "America/Denver", "800 Proof Way", "Denver", "CO", 80239, 8.81),
    Place(81, "Dallas", 8, "Dallas, TX", "America/Chicago", "77 Draft Ln", "Garland", "TX", 75041, 8.25),
)

_LONG = (
    "Heavy Duty 5-Tier Garage Shelving Unit, Adjustable Metal Storage Rack with Wire Shelves for Kitchen, Pantry, Laundry, Closet, "
    'Warehouse and Workshop, Holds up to 2,000 lbs in total, 47.2"W x 19.7"D x 72"H, Black (Levelling Feet, Hooks, Mallet and '
    "Gloves Included), Pack of 1"
)

ITEMS = (
    Item("lamp", "Cordless Lamp, 18V, 3 Brightness Levels", "Lumenry", "Home", "Lighting", 6950),
    Item("lamp", 'Arc Floor Lamp 72" (Brushed Brass) with Linen Shade', "Lumenry", "Home", "Lighting", 8999),
    Item("lamp", "LED Desk Lamp with Wireless Charger & USB-C", "Halven", "Office", "Lighting", 3999),
    Item("drill", "20V MAX Drill/Driver Kit with 2 Batteries", "Torvik", "Tools", "Power tools", 12900),
    Item("drill", 'Rotary Hammer 1-1/8" (SDS-Plus), 8 Amp', "Torvik", "Tools", "Power tools", 9949),
    Item("sofa", 'Sectional Sofa, L-Shape, 97" (Left Chaise), Light Grey', "Osterfeld", "Home", "Furniture", 64900),
    Item("sofa", "Convertible Futon, Faux Leather, Espresso", "Osterfeld", "Home", "Furniture", 18900),
    Item("tv", '55" (139.7 cm) Class 4K UHD Smart TV', "Viewmark", "Electronics", "Television", 34999),
    Item("tv", '27" Curved Monitor 165 Hz (1 ms) - Open Box', "Viewmark", "Electronics", "Monitors", 21999),
    Item("vacuum", "Robot Vacuum and Mop with Self-Empty Base", "Swiffle", "Home", "Appliances", 29999),
    Item("vacuum", "Upright Vacuum, Pet Edition", "Swiffle", "Home", "Appliances", 15900),
    Item("speaker", "Portable Bluetooth Speaker, IPX7, 24 h", "Tonal & Sons", "Electronics", "Audio", 5999),
    Item("speaker", 'Bookshelf Speakers 5.25" (Pair), Walnut', "Tonal & Sons", "Electronics", "Audio", 13999),
    Item("chair", "Ergonomic Mesh Office Chair with Lumbar Support", "Sittwell", "Office", "Furniture", 17900),
    Item("chair", "Patio Chairs, Set of 2 <b>Weatherproof</b>", "Sittwell", "Outdoor", "Furniture", 8400),
    Item("blender", "Professional Blender 1,400 W with 64 oz Pitcher", "Mixwell", "Kitchen", "Appliances", 9900),
    Item("blender", "Cafeti\u00e8re \u00e0 Piston 1 L \u2013 Fran\u00e7aise, Cuivre \u2615", "Mixwell", "Kitchen", "Coffee", 4200),
    Item("blender", 'Air Fryer 6 Qt ("Crisp & Roast"), 8-in-1', "Mixwell", "Kitchen", "Appliances", 8999),
    Item("toy", "Building Blocks, 1,500 Pieces (Ages 4+)", "Klipp", "Toys", "Construction", 4499),
    Item("toy", "Ride-On Car 12V with Remote, Rosa \u30d4\u30f3\u30af", "Klipp", "Toys", "Outdoor", 21900),
    Item("bike", 'Mountain Bike 26" (21 Speed) with Disc Brakes', "Ridgeway", "Sports", "Cycling", 27900),
    Item("bike", "Folding Exercise Bike with Magnetic Resistance", "Ridgeway", "Sports", "Fitness", 16900),
    Item("heater", "Infrared Heater 1,500 W, Quiet, Remote", "Calido", "Home", "Heating", 7900),
    Item("heater", 'Tower Fan 42" (Oscillating), 12 Speeds', "Calido", "Home", "Cooling", 6499),
    Item("shelf", _LONG, "Stackwell", "Home", "Storage", 12399),
    Item("shelf", "Floating Shelves, Set of 3 </script><!-- Rustic -->", "Stackwell", "Home", "Storage", 2899),
)

_CONDITIONS = (
    ("New", "No damage found. Appears new in box.", 5),
    ("Open box", "Package opened; item looks unused.", 4),
    ("Used", "Light signs of use. Powers on.", 3),
    ("Used", "Minor scratches on the side; untested.", 2),
    ("Unknown", "Customer return, sold as is.", 1),
)
_AXES: dict[str, tuple[str, ...]] = {
    "assemblyType": ("No", "Yes", "Unknown"),
    "missingPartsType": ("No", "Yes", "Unknown"),
    "functionalType": ("Yes", "Untested", "No"),
    "damageType": ("None", "Minor", "Major", "Unknown"),
    "packageType": ("Yes", "No", "Damaged"),
}


def condition(rng: Random) -> tuple[str, dict[str, Any]]:
    """The notes and the grade of one piece. Ids count for each axis on its own, as on the site."""
    word, notes, rating = rng.choice(_CONDITIONS)
    grade: dict[str, Any] = {"conditionType": {"id": ("New", "Open box", "Used", "Unknown").index(word) + 1, "description": word}}
    for axis, words in _AXES.items():
        chosen = rng.choices(range(len(words)), [6, *[2] * (len(words) - 1)])[0]
        grade[axis] = {"id": chosen + 1, "description": words[chosen]}
    return notes, {**grade, "rating": rating}
